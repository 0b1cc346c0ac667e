# Warnings are errors with both supported compilers; not in the build of
# somebody who includes this one, with a compiler of his own.
add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(PROJECT_IS_TOP_LEVEL)
  add_compile_options(-Werror)
endif()
# GCC 12 reports false positives of these at -O2 in libstdc++ itself.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-restrict -Wno-maybe-uninitialized -Wno-stringop-overflow)
endif()
# Lines for the reports; -g1 here, as this stands behind the flags of a preset.
if(PORTCULLIS_SANITIZE)
  add_compile_options(-fsanitize=${PORTCULLIS_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${PORTCULLIS_SANITIZE})
endif()
# Coverage for libFuzzer; fuzz/CMakeLists.txt links its runtime.
if(PORTCULLIS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# The files of cli/ that know CLI11 are compiled apart from the others: its headers
# are read once for all of them, and the optimiser, which works longest on its
# templates, does less, since they run once a command.
get_target_property(command_sources portcullis_cli SOURCES)
foreach(source ${command_sources})
  file(STRINGS ${source} includes REGEX "^#include <CLI/")
  if(includes)
    list(APPEND cli11_sources ${source})
  endif()
endforeach()
list(REMOVE_ITEM command_sources ${cli11_sources})
set_property(TARGET portcullis_cli PROPERTY SOURCES ${command_sources})

add_library(portcullis_cli11 OBJECT ${cli11_sources})
target_include_directories(portcullis_cli11 PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_definitions(portcullis_cli11 PRIVATE PORTCULLIS_VERSION="${PROJECT_VERSION}")
target_link_libraries(portcullis_cli11 PRIVATE portcullis_compiler portcullis_session
  portcullis_reference CLI11::CLI11)
target_precompile_headers(portcullis_cli11 PRIVATE
  <CLI/App.hpp> <CLI/Config.hpp> <CLI/Formatter.hpp>)
if(PORTCULLIS_SANITIZE)
  target_compile_options(portcullis_cli11 PRIVATE -O0)
else()
  target_compile_options(portcullis_cli11 PRIVATE -O1)
endif()
target_compile_options(portcullis_cli11 PRIVATE
  $<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>) # for ccache
target_sources(portcullis_cli PRIVATE $<TARGET_OBJECTS:portcullis_cli11>)

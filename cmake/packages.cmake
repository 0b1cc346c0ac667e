# What the tools link.
find_package(absl REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Threads REQUIRED)
find_library(RE2_LIBRARY re2 REQUIRED)
add_library(re2::re2 INTERFACE IMPORTED)
target_link_libraries(re2::re2 INTERFACE ${RE2_LIBRARY} Threads::Threads)

# `cmake --install`: the runtime as a static library for C++ and as a shared one
# that shows the functions of runtime/c.h alone, their headers, and what
# find_package(portcullis) reads: the targets portcullis::runtime and
# portcullis::c. Component `command`: the program.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The public headers; policy_store_protocol.h, image_format.h and image_memory.h
# are there because others need them.
set(public_headers c.h decide.h decision.h explain.h handle.h image_file.h
    image_format.h image_memory.h image_view.h image_watcher.h policy_store.h
    policy_store_protocol.h request.h scratch.h)
list(TRANSFORM public_headers PREPEND runtime/)

# The objects serve both libraries.
set_target_properties(portcullis_runtime PROPERTIES
  EXPORT_NAME runtime POSITION_INDEPENDENT_CODE ON
  CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
target_compile_features(portcullis_runtime PUBLIC cxx_std_20)
target_include_directories(portcullis_runtime PUBLIC
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/portcullis>)
add_library(portcullis::runtime ALIAS portcullis_runtime)

add_library(portcullis_c SHARED $<TARGET_OBJECTS:portcullis_runtime>)
set_target_properties(portcullis_c PROPERTIES
  EXPORT_NAME c OUTPUT_NAME portcullis LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/portcullis.map)
target_link_options(portcullis_c PRIVATE
  LINKER:--version-script=${CMAKE_CURRENT_LIST_DIR}/portcullis.map)
target_include_directories(portcullis_c INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/portcullis>)
add_library(portcullis::c ALIAS portcullis_c)

install(TARGETS portcullis_runtime portcullis_c EXPORT portcullis COMPONENT runtime)
install(FILES ${public_headers}
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/portcullis/runtime COMPONENT runtime)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/portcullis)
install(EXPORT portcullis NAMESPACE portcullis:: FILE portcullisConfig.cmake
  DESTINATION ${package_folder} COMPONENT runtime)
write_basic_package_version_file(portcullisConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/portcullisConfigVersion.cmake
  DESTINATION ${package_folder} COMPONENT runtime)

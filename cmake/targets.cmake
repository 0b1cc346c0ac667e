# portcullis_library(FOLDER LINK library...): every .cc file of FOLDER as the
# static library portcullis_FOLDER.
function(portcullis_library folder)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cc)
  if(NOT sources)
    add_library(portcullis_${folder} INTERFACE)
    target_link_libraries(portcullis_${folder} INTERFACE ${arg_LINK})
    return()
  endif()
  add_library(portcullis_${folder} STATIC ${sources})
  target_include_directories(portcullis_${folder} PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>)
  target_link_libraries(portcullis_${folder} PUBLIC ${arg_LINK})
endfunction()

# portcullis_program(NAME FOLDER LINK library...): every .cc file of FOLDER as
# the executable NAME. main.cc apart, the files are a library that tests link.
function(portcullis_program name folder)
  cmake_parse_arguments(arg "" "" "LINK" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cc)
  list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/${folder}/main.cc)
  add_library(portcullis_${folder} STATIC ${sources})
  target_include_directories(portcullis_${folder} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_definitions(portcullis_${folder} PRIVATE PORTCULLIS_VERSION="${PROJECT_VERSION}")
  target_link_libraries(portcullis_${folder} PUBLIC ${arg_LINK})
  add_executable(${name} ${folder}/main.cc)
  target_link_libraries(${name} PRIVATE portcullis_${folder})
endfunction()

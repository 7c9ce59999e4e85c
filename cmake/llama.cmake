# quarry::llama_cpp: llama.cpp's headers and static libraries, which are compiled once for all builds (third_party.cmake).
# quarry::llama_common: the same, with what its programs share: chat templates (Jinja), grammars from JSON Schemas.
#
# The targets exist always; with QUARRY_LLAMA=ON those who link them are compiled with QUARRY_HAVE_LLAMA=1,
# otherwise they are empty.

add_library(quarry_llama_cpp INTERFACE)
add_library(quarry::llama_cpp ALIAS quarry_llama_cpp)
add_library(quarry_llama_common INTERFACE)
add_library(quarry::llama_common ALIAS quarry_llama_common)
if(NOT QUARRY_LLAMA)
  return()
endif()

set(QUARRY_THIRD_PARTY "${PROJECT_SOURCE_DIR}/build/third_party")
set(llama_archives llama ggml ggml-cpu ggml-base) # in the order in which they need each other

foreach(file llama.cpp/include/llama.h llama.cpp/ggml/include/ggml.h)
  if(NOT EXISTS "${QUARRY_THIRD_PARTY}/${file}")
    message(FATAL_ERROR "llama.cpp is not set up here (${QUARRY_THIRD_PARTY}/${file} is missing).\n"
                        "Run scripts/setup, or go without local models: pass -DQUARRY_LLAMA=OFF.")
  endif()
endforeach()

find_package(Threads REQUIRED)
target_include_directories(quarry_llama_cpp SYSTEM INTERFACE "${QUARRY_THIRD_PARTY}/llama.cpp/include"
                                                         "${QUARRY_THIRD_PARTY}/llama.cpp/ggml/include")
target_compile_definitions(quarry_llama_cpp INTERFACE QUARRY_HAVE_LLAMA=1)
quarry_compiled_once(llama CXX quarry_llama_ llama_common ${llama_archives})
foreach(archive IN LISTS llama_archives)
  target_link_libraries(quarry_llama_cpp INTERFACE quarry_llama_${archive})
endforeach()
target_link_libraries(quarry_llama_cpp INTERFACE Threads::Threads ${CMAKE_DL_LIBS})

target_include_directories(quarry_llama_common SYSTEM INTERFACE "${QUARRY_THIRD_PARTY}/llama.cpp/common")
target_link_libraries(quarry_llama_common INTERFACE quarry_llama_llama_common quarry_llama_cpp)

# quarry::usearch: USearch's headers (approximate nearest neighbours) and the NumKong kernels that make it fast.
#
# The target exists always; with QUARRY_USEARCH=ON those who link it are compiled with QUARRY_HAVE_USEARCH=1,
# otherwise it is empty. Without the kernels USearch would still work, with `metric().isa_name()` "serial" and at a
# fraction of the speed; so they are not optional. scripts/setup fetches the headers; the kernels are
# compiled once for all builds (third_party.cmake), for every kind of processor that the compiler knows; which of them
# run is decided at run time.

add_library(quarry_usearch INTERFACE)
add_library(quarry::usearch ALIAS quarry_usearch)
if(NOT QUARRY_USEARCH)
  return()
endif()

set(usearch_source "${PROJECT_SOURCE_DIR}/third_party/node_modules/usearch")

foreach(file "${usearch_source}/include/usearch/index_dense.hpp" "${usearch_source}/numkong/c/numkong.c")
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "USearch is not set up here (${file} is missing).\n"
                        "Run scripts/setup, or go without the approximate index: pass -DQUARRY_USEARCH=OFF.")
  endif()
endforeach()

quarry_compiled_once(numkong C quarry_ numkong)

target_include_directories(quarry_usearch SYSTEM INTERFACE "${usearch_source}/include"
                                                           "${usearch_source}/numkong/include")
# The same NK_ settings as third_party/CMakeLists.txt compiles the kernels with: they are part of the types' layout.
target_compile_definitions(quarry_usearch INTERFACE QUARRY_HAVE_USEARCH=1 USEARCH_USE_NUMKONG=1 USEARCH_USE_OPENMP=0
                                                    NK_DYNAMIC_DISPATCH=1 NK_NATIVE_F16=0 NK_NATIVE_BF16=0)
target_link_libraries(quarry_usearch INTERFACE quarry_numkong m)

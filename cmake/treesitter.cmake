# quarry::treesitter: tree-sitter's header, and its runtime and grammars, which scripts/setup compiles once for all builds.
#
# The target exists always; with QUARRY_TREESITTER=ON those who link it are compiled with QUARRY_HAVE_TREESITTER=1,
# otherwise it is empty.

add_library(quarry_treesitter INTERFACE)
add_library(quarry::treesitter ALIAS quarry_treesitter)
if(NOT QUARRY_TREESITTER)
  return()
endif()

set(treesitter_include "${PROJECT_SOURCE_DIR}/third_party/node_modules/tree-sitter/vendor/tree-sitter/lib/include")
set(treesitter_archive "${PROJECT_SOURCE_DIR}/build/third_party/lib/libtreesitter.a")

foreach(file "${treesitter_include}/tree_sitter/api.h" "${treesitter_archive}")
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "tree-sitter is not set up here (${file} is missing).\n"
                        "Run scripts/setup, or go without chunks by functions: pass -DQUARRY_TREESITTER=OFF.")
  endif()
endforeach()

add_library(quarry_treesitter_archive STATIC IMPORTED)
set_target_properties(quarry_treesitter_archive PROPERTIES IMPORTED_LOCATION "${treesitter_archive}"
                                                           IMPORTED_LINK_INTERFACE_LANGUAGES C)
target_include_directories(quarry_treesitter SYSTEM INTERFACE "${treesitter_include}")
target_compile_definitions(quarry_treesitter INTERFACE QUARRY_HAVE_TREESITTER=1)
target_link_libraries(quarry_treesitter INTERFACE quarry_treesitter_archive)

# quarry::treesitter: tree-sitter's header, and its runtime and grammars, which are compiled once for all builds
# (third_party.cmake).
#
# The target exists always; with QUARRY_TREESITTER=ON those who link it are compiled with QUARRY_HAVE_TREESITTER=1,
# otherwise it is empty.

add_library(quarry_treesitter INTERFACE)
add_library(quarry::treesitter ALIAS quarry_treesitter)
if(NOT QUARRY_TREESITTER)
  return()
endif()

set(treesitter_include "${PROJECT_SOURCE_DIR}/third_party/node_modules/tree-sitter/vendor/tree-sitter/lib/include")

if(NOT EXISTS "${treesitter_include}/tree_sitter/api.h")
  message(FATAL_ERROR "tree-sitter is not set up here (${treesitter_include}/tree_sitter/api.h is missing).\n"
                      "Run scripts/setup, or go without chunks by functions: pass -DQUARRY_TREESITTER=OFF.")
endif()

quarry_compiled_once(treesitter C quarry_archive_ treesitter)
target_include_directories(quarry_treesitter SYSTEM INTERFACE "${treesitter_include}")
target_compile_definitions(quarry_treesitter INTERFACE QUARRY_HAVE_TREESITTER=1)
target_link_libraries(quarry_treesitter INTERFACE quarry_archive_treesitter)

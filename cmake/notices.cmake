# THIRD-PARTY-NOTICES: the licences of what is compiled into the program, which are installed with it. They are read
# where the sources are: Debian's packages of static libraries and headers, and the npm packages of scripts/setup.
set(notices_file "${PROJECT_BINARY_DIR}/THIRD-PARTY-NOTICES")
set(notices "quarry contains these works of others, each under its own licence.\n")

# quarry_notice(TITLE FILE): the text of FILE, under its title.
function(quarry_notice title file)
  if(NOT EXISTS "${file}")
    message(WARNING "THIRD-PARTY-NOTICES will lack the licence of ${title}: ${file} is missing")
    return()
  endif()
  file(READ "${file}" text)
  string(REPEAT "-" 100 line)
  set(notices "${notices}\n${line}\n${title}\n${line}\n\n${text}" PARENT_SCOPE)
endfunction()

foreach(package libargon2-dev libboost1.74-dev libbrotli-dev libcli11-dev libcmark-gfm-dev libexpat1-dev libhiredis-dev libicu-dev libmd-dev libpg-query-dev libpugixml-dev libre2-dev libsqlite3-dev
                libsqlitecpp-dev libssl-dev libstemmer-dev libtomlplusplus-dev libxxhash-dev libyaml-cpp-dev libzstd-dev
                nlohmann-json3-dev zlib1g-dev)
  quarry_notice("${package} (Debian)" "/usr/share/doc/${package}/copyright")
endforeach()

set(npm "${PROJECT_SOURCE_DIR}/third_party/node_modules")
if(QUARRY_BPE AND EXISTS "${npm}/tiktoken")
  quarry_notice("The vocabularies cl100k_base and o200k_base (tiktoken)"
                "${PROJECT_SOURCE_DIR}/third_party/notices/tiktoken.txt")
endif()
if(EXISTS "${npm}/uplot")
  quarry_notice("uPlot" "${npm}/uplot/LICENSE")
endif()
if(EXISTS "${npm}/swagger-ui-dist")
  quarry_notice("Swagger UI" "${npm}/swagger-ui-dist/LICENSE")
  quarry_notice("What is in Swagger UI's bundle" "${npm}/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt")
endif()
if(QUARRY_LLAMA)
  quarry_notice("llama.cpp and ggml" "${PROJECT_SOURCE_DIR}/build/third_party/llama.cpp/LICENSE")
endif()
if(QUARRY_USEARCH)
  quarry_notice("USearch" "${npm}/usearch/LICENSE")
  quarry_notice("NumKong" "${npm}/usearch/numkong/LICENSE")
endif()
if(QUARRY_TREESITTER)
  file(GLOB grammars "${npm}/tree-sitter/LICENSE" "${npm}/tree-sitter-*/LICENSE"
                     "${npm}/@tree-sitter-grammars/*/LICENSE*")
  foreach(file IN LISTS grammars)
    cmake_path(GET file PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    quarry_notice("${name}" "${file}")
  endforeach()
endif()

file(WRITE "${notices_file}" "${notices}")
install(FILES "${notices_file}" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# Which module may use which, high to low; tests/lint checks the includes against the same order.
quarry_module_uses(base PUBLIC fmt::fmt PRIVATE quarry::xxhash quarry::md quarry::icu nlohmann_json::nlohmann_json
                   quarry::valijson quarry::re2 ${CMAKE_DL_LIBS})
quarry_module_uses(db PUBLIC quarry_sql quarry::sqlitecpp PRIVATE quarry::libpq_headers)
quarry_module_uses(sql PUBLIC quarry_base)
quarry_module_uses(http PUBLIC quarry_base
                   PRIVATE quarry::curl_headers nlohmann_json::nlohmann_json)
quarry_module_uses(tokenize PUBLIC quarry_base PRIVATE quarry::icu quarry::stemmer quarry::llama)
quarry_module_uses(extract PUBLIC quarry_base quarry::pugixml PRIVATE quarry::expat quarry::libzip_headers quarry::cmark
                   quarry::icu nlohmann_json::nlohmann_json)
quarry_module_uses(redact PUBLIC quarry_base PRIVATE quarry::re2 nlohmann_json::nlohmann_json)
quarry_module_uses(chunk PUBLIC quarry_base quarry_tokenize PRIVATE quarry::treesitter)
quarry_module_uses(embed PUBLIC quarry_base quarry_tokenize quarry_http PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(index PUBLIC quarry_base PRIVATE quarry::usearch)
quarry_module_uses(llm PUBLIC quarry_base quarry_http
                   PRIVATE quarry_tokenize nlohmann_json::nlohmann_json quarry::llama_common)
quarry_module_uses(rerank PUBLIC quarry_base quarry_http PRIVATE quarry_tokenize nlohmann_json::nlohmann_json)
quarry_module_uses(schema PUBLIC quarry_db quarry_sql)
quarry_module_uses(lint PUBLIC quarry_sql)
quarry_module_uses(migrate PUBLIC quarry_schema quarry_lint)
quarry_module_uses(store PUBLIC quarry_base quarry_db quarry_migrate quarry_tokenize
                   PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(ingest PUBLIC quarry_store quarry_extract quarry_redact quarry_chunk quarry_embed
                   PRIVATE nlohmann_json::nlohmann_json quarry::icu Threads::Threads)
quarry_module_uses(search PUBLIC quarry_store quarry_embed quarry_index quarry_llm quarry_rerank)
quarry_module_uses(trace PUBLIC quarry_store quarry_llm quarry_redact quarry_http PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(answer PUBLIC quarry_search quarry_ingest quarry_trace quarry_llm
                   PRIVATE quarry::icu nlohmann_json::nlohmann_json)
quarry_module_uses(eval PUBLIC quarry_answer quarry_search quarry_ingest PRIVATE nlohmann_json::nlohmann_json)
include(${PROJECT_SOURCE_DIR}/cmake/embed_sql.cmake)
include(${PROJECT_SOURCE_DIR}/cmake/bpe.cmake)

# The fit's square roots need no errno, and a fused multiply-add would make its result depend on the processor.
if(TARGET quarry_embed)
  target_compile_options(quarry_embed PRIVATE -fno-math-errno -ffp-contract=off)
endif()

# Which module may use which, high to low; tests/lint checks the includes against the same order.
quarry_module_uses(base PUBLIC fmt::fmt PRIVATE quarry::xxhash quarry::md quarry::icu nlohmann_json::nlohmann_json
                   quarry::re2 ${CMAKE_DL_LIBS} Threads::Threads)
quarry_module_uses(document PUBLIC quarry_base)
quarry_module_uses(sql PUBLIC quarry_base PRIVATE quarry::pg_query nlohmann_json::nlohmann_json)
quarry_module_uses(crypto PUBLIC quarry_base nlohmann_json::nlohmann_json PRIVATE quarry::argon2 OpenSSL::Crypto)
quarry_module_uses(json_rpc PUBLIC nlohmann_json::nlohmann_json PRIVATE quarry_base)
quarry_module_uses(http PUBLIC quarry_base
                   PRIVATE quarry::curl_headers nlohmann_json::nlohmann_json)
quarry_module_uses(net PUBLIC quarry_base PRIVATE quarry::boost quarry::zlib quarry::brotli
                   Threads::Threads)
quarry_module_uses(db PUBLIC quarry_sql quarry::sqlitecpp PRIVATE quarry::libpq_headers)
quarry_module_uses(llama PUBLIC quarry_base PRIVATE quarry::llama_cpp)
quarry_module_uses(tokenize PUBLIC quarry_base PRIVATE quarry_llama quarry::icu quarry::llama_cpp)
quarry_module_uses(analyze PUBLIC quarry_document PRIVATE quarry::icu quarry::stemmer)
quarry_module_uses(extract PUBLIC quarry_document quarry::pugixml PRIVATE quarry::expat quarry::libzip_headers
                   quarry::cmark quarry::yaml quarry::icu nlohmann_json::nlohmann_json)
quarry_module_uses(redact PUBLIC quarry_document PRIVATE quarry::re2 nlohmann_json::nlohmann_json)
quarry_module_uses(chunk PUBLIC quarry_document quarry_tokenize PRIVATE quarry::treesitter quarry_analyze)
quarry_module_uses(embed PUBLIC quarry_document quarry_tokenize quarry_http
                   PRIVATE quarry_llama quarry_analyze nlohmann_json::nlohmann_json)
quarry_module_uses(index PUBLIC quarry_base PRIVATE quarry::usearch)
quarry_module_uses(llm PUBLIC quarry_base quarry_http
                   PRIVATE quarry_llama quarry_tokenize nlohmann_json::nlohmann_json quarry::llama_common)
quarry_module_uses(rerank PUBLIC quarry_base quarry_http
                   PRIVATE quarry_llama quarry_tokenize nlohmann_json::nlohmann_json)
quarry_module_uses(models PUBLIC quarry_base quarry_http quarry_embed PRIVATE quarry_llama nlohmann_json::nlohmann_json)
quarry_module_uses(schema PUBLIC quarry_db quarry_sql)
quarry_module_uses(sql_lint PUBLIC quarry_sql)
quarry_module_uses(migrate PUBLIC quarry_schema quarry_sql_lint)
quarry_module_uses(lexical PUBLIC quarry_document quarry_db quarry_analyze)
quarry_module_uses(cache PUBLIC quarry_embed quarry_llm quarry_crypto PRIVATE quarry::hiredis nlohmann_json::nlohmann_json)
quarry_module_uses(store PUBLIC quarry_document quarry_db quarry_migrate quarry_lexical quarry_index quarry_cache
                   PRIVATE nlohmann_json::nlohmann_json quarry::zstd)
# Which rows change, as SQLite tells it (row_checksums.cpp); sqlite3.h declares that only where this is defined.
target_compile_definitions(quarry_store PRIVATE SQLITE_ENABLE_PREUPDATE_HOOK)
quarry_module_uses(ingest PUBLIC quarry_store quarry_extract quarry_redact quarry_chunk quarry_embed
                   PRIVATE nlohmann_json::nlohmann_json quarry::icu Threads::Threads)
quarry_module_uses(search PUBLIC quarry_store quarry_embed quarry_index quarry_llm quarry_rerank PRIVATE quarry_extract)
quarry_module_uses(trace PUBLIC quarry_store quarry_llm quarry_redact quarry_http PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(passages PUBLIC quarry_search quarry_chunk PRIVATE quarry_extract)
quarry_module_uses(tools PUBLIC quarry_passages quarry_trace quarry_llm PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(answer PUBLIC quarry_tools quarry_search quarry_trace quarry_llm
                   PRIVATE quarry::icu nlohmann_json::nlohmann_json)
quarry_module_uses(chat PUBLIC quarry_answer PRIVATE quarry::icu nlohmann_json::nlohmann_json)
quarry_module_uses(eval PUBLIC quarry_answer quarry_search quarry_ingest PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(agent PUBLIC quarry_tools quarry_store quarry_llm nlohmann_json::nlohmann_json
                   PRIVATE quarry::yaml Threads::Threads)
quarry_module_uses(config PUBLIC quarry_tools quarry_extract quarry_mcp_client PRIVATE quarry::tomlplusplus nlohmann_json::nlohmann_json)
quarry_module_uses(wire PUBLIC quarry_chat quarry_config quarry_mcp_client quarry_agent quarry_eval quarry_migrate quarry_models quarry_extract nlohmann_json::nlohmann_json)
quarry_module_uses(mcp_client PUBLIC quarry_tools quarry_json_rpc quarry_http quarry_crypto
                   PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(app PUBLIC quarry_wire quarry_config quarry_agent quarry_eval quarry_chat quarry_ingest quarry_models
                   quarry_crypto PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(mcp PUBLIC quarry_app quarry_json_rpc quarry_crypto PRIVATE nlohmann_json::nlohmann_json)
quarry_module_uses(serve PUBLIC quarry_app quarry_mcp quarry_net quarry_crypto quarry_http PRIVATE nlohmann_json::nlohmann_json)
include(${PROJECT_SOURCE_DIR}/cmake/embed_files.cmake)
include(${PROJECT_SOURCE_DIR}/cmake/bpe.cmake)

# The fit's square roots need no errno, and a fused multiply-add would make its result depend on the processor.
if(TARGET quarry_embed)
  target_compile_options(quarry_embed PRIVATE -fno-math-errno -ffp-contract=off)
endif()

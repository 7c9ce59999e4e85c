# Third-party libraries, from Debian's packages; archives where Debian ships them, since each shared
# library costs start-up time.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)

# quarry_find_library(NAME HEADER LIBRARY...): quarry::NAME from static archives where they exist.
function(quarry_find_library name header)
  find_path(QUARRY_${name}_INCLUDE ${header} REQUIRED)
  set(files)
  foreach(library IN LISTS ARGN)
    find_library(QUARRY_${name}_${library} NAMES lib${library}.a ${library} REQUIRED)
    list(APPEND files ${QUARRY_${name}_${library}})
  endforeach()
  add_library(quarry_third_party_${name} INTERFACE)
  add_library(quarry::${name} ALIAS quarry_third_party_${name})
  target_include_directories(quarry_third_party_${name} SYSTEM INTERFACE ${QUARRY_${name}_INCLUDE})
  target_link_libraries(quarry_third_party_${name} INTERFACE ${files})
endfunction()

quarry_find_library(xxhash xxhash.h xxhash)
quarry_find_library(md sha2.h md)
quarry_find_library(stemmer libstemmer.h stemmer)
quarry_find_library(icu unicode/utypes.h icui18n icuuc icudata)
target_link_libraries(quarry_third_party_icu INTERFACE ${CMAKE_DL_LIBS} Threads::Threads)
quarry_find_library(cmark cmark-gfm.h cmark-gfm-extensions cmark-gfm)
quarry_find_library(pugixml pugixml.hpp pugixml)
quarry_find_library(expat expat.h expat)
quarry_find_library(yaml yaml-cpp/parser.h yaml-cpp)
quarry_find_library(re2 re2/re2.h re2)
target_link_libraries(quarry_third_party_re2 INTERFACE Threads::Threads)
quarry_find_library(pg_query pg_query.h pg_query)
quarry_find_library(sqlitecpp SQLiteCpp/SQLiteCpp.h SQLiteCpp sqlite3)
target_link_libraries(quarry_third_party_sqlitecpp INTERFACE ${CMAKE_DL_LIBS} Threads::Threads m)
find_path(QUARRY_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
add_library(quarry_third_party_tomlplusplus INTERFACE)
add_library(quarry::tomlplusplus ALIAS quarry_third_party_tomlplusplus)
target_include_directories(quarry_third_party_tomlplusplus SYSTEM INTERFACE ${QUARRY_TOMLPLUSPLUS_INCLUDE})

# libcurl is loaded when the first request is made (core/http), so only its headers are used here.
find_path(QUARRY_CURL_INCLUDE curl/curl.h REQUIRED)
add_library(quarry_third_party_curl_headers INTERFACE)
add_library(quarry::curl_headers ALIAS quarry_third_party_curl_headers)
target_include_directories(quarry_third_party_curl_headers SYSTEM INTERFACE ${QUARRY_CURL_INCLUDE})

# libzip is loaded when the first container is opened (core/extract/office), so only its headers are used here.
find_path(QUARRY_LIBZIP_INCLUDE zip.h REQUIRED)
add_library(quarry_third_party_libzip_headers INTERFACE)
add_library(quarry::libzip_headers ALIAS quarry_third_party_libzip_headers)
target_include_directories(quarry_third_party_libzip_headers SYSTEM INTERFACE ${QUARRY_LIBZIP_INCLUDE})

# libedit is loaded when a chat begins on a terminal (cli), so only its header is used here.
find_path(QUARRY_LIBEDIT_INCLUDE histedit.h REQUIRED)
add_library(quarry_third_party_libedit_headers INTERFACE)
add_library(quarry::libedit_headers ALIAS quarry_third_party_libedit_headers)
target_include_directories(quarry_third_party_libedit_headers SYSTEM INTERFACE ${QUARRY_LIBEDIT_INCLUDE})

# libpq is loaded when the first connection is made (core/db), so only its headers are used here.
find_path(QUARRY_LIBPQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
add_library(quarry_third_party_libpq_headers INTERFACE)
add_library(quarry::libpq_headers ALIAS quarry_third_party_libpq_headers)
target_include_directories(quarry_third_party_libpq_headers SYSTEM INTERFACE ${QUARRY_LIBPQ_INCLUDE})

# Texts in the base; an archive, as what makes dictionaries quickly is not among a shared library's stable functions.
quarry_find_library(zstd zstd.h zstd)

# Content codings of responses
quarry_find_library(zlib zlib.h z)
quarry_find_library(brotli brotli/encode.h brotlienc brotlicommon)

# Boost.Asio and Beast are headers; TLS is OpenSSL's.
set(OPENSSL_USE_STATIC_LIBS TRUE)
find_package(OpenSSL REQUIRED)
find_path(QUARRY_BOOST_INCLUDE boost/beast/http.hpp REQUIRED)
add_library(quarry_third_party_boost INTERFACE)
add_library(quarry::boost ALIAS quarry_third_party_boost)
target_include_directories(quarry_third_party_boost SYSTEM INTERFACE ${QUARRY_BOOST_INCLUDE})
target_link_libraries(quarry_third_party_boost INTERFACE OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
if(QUARRY_SANITIZE MATCHES "thread")
  # The sanitizer does not know fences, and g++ says so; one thread runs the server, so that none is needed.
  target_compile_definitions(quarry_third_party_boost INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()

# The shared cache. Debian's version has no TLS.
quarry_find_library(hiredis hiredis/hiredis.h hiredis)

# Passwords; the library starts threads for lanes, of which there is one.
quarry_find_library(argon2 argon2.h argon2)
target_link_libraries(quarry_third_party_argon2 INTERFACE Threads::Threads)

include(cmake/third_party.cmake)
include(cmake/llama.cmake)
include(cmake/usearch.cmake)
include(cmake/treesitter.cmake)
quarry_compile_once()

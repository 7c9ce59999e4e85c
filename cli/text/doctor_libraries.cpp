// What quarry is made with, and whether each part works here.
#include <cmark-gfm.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unicode/uversion.h>

#include "cli/line/features.h"
#include "cli/line/version.h"
#include "cli/text/doctor.h"
#include "core/db/postgresql.h"
#include "core/db/sqlite.h"
#include "core/extract/office/office_extractors.h"
#include "core/http/client.h"
#include "core/index/usearch.h"
#include "core/llm/local.h"

namespace quarry::cli {
namespace {

using State = DoctorCheck::State;

constexpr const char* kArea = "libraries";

/// Full-text search is a part of SQLite that a build may lack: whether it works is tried.
DoctorCheck check_sqlite() {
    DoctorCheck check{kArea, "SQLite", State::ok, sqlite3_libversion()};
    try {
        SQLite::Database database = db::open_sqlite_memory();
        database.exec("CREATE VIRTUAL TABLE probe USING fts5(text)");
        database.exec("INSERT INTO probe VALUES ('quarry')");
        SQLite::Statement query(database, "SELECT count(*) FROM probe WHERE probe MATCH 'quarry'");
        const bool found = query.executeStep() && query.getColumn(0).getInt() == 1;
        check.detail += found ? ", full-text search works" : ", full-text search finds nothing";
        if (!found) check.state = State::fail;
    } catch (const std::exception& error) {
        check.state = State::fail;
        check.detail += fmt::format(", full-text search does not work: {}", error.what());
    }
    if (check.state == State::fail) check.cure = "build quarry with an SQLite that has FTS5, such as Debian's";
    return check;
}

DoctorCheck check_curl() {
    if (const auto version = http::libcurl_version()) return {kArea, "libcurl", State::ok, *version};
    return {kArea, "libcurl", State::warn, "not installed; needed to reach model servers only", "apt install libcurl4"};
}

DoctorCheck check_libpq() {
    if (const auto version = db::libpq_version()) return {kArea, "libpq", State::ok, *version};
    return {kArea, "libpq", State::warn, "not installed; needed to migrate PostgreSQL databases only",
            "apt install libpq5"};
}

DoctorCheck check_libzip() {
    if (const auto version = extract::libzip_version()) return {kArea, "libzip", State::ok, *version};
    return {kArea, "libzip", State::warn, "not installed; needed to read office documents and books only",
            "apt install libzip4"};
}

DoctorCheck check_pdftotext() {
    if (const auto version = extract::pdftotext_version()) return {kArea, "pdftotext", State::ok, *version};
    return {kArea, "pdftotext", State::warn, "not installed; needed to read PDF files only",
            "apt install poppler-utils"};
}

}  // namespace

std::vector<DoctorCheck> check_libraries() {
    UVersionInfo icu;
    u_getVersion(icu);
    char icu_text[U_MAX_VERSION_STRING_LENGTH];
    u_versionToString(icu, icu_text);
    const auto llama = llm::llama_description();
    const auto usearch = index::usearch_description();
    return {{kArea, "quarry", State::ok, fmt::format("{}, {}", QUARRY_VERSION, compiler_name())},
            check_sqlite(),
            {kArea, "ICU", State::ok, icu_text},
            {kArea, "cmark-gfm", State::ok, cmark_version_string()},
            check_curl(),
            check_libpq(),
            check_libzip(),
            check_pdftotext(),
            {kArea, "llama.cpp", State::ok, llama.value_or("not in this build")},
            {kArea, "USearch", State::ok, usearch ? "instructions: " + *usearch : "not in this build"}};
}

}  // namespace quarry::cli

// What quarry is made with, and whether each part works here.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <utility>

#include "core/analyze/analyzer.h"
#include "core/app/diagnosis.h"
#include "core/base/sandbox.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/db/postgresql.h"
#include "core/db/private_server.h"
#include "core/db/sqlite.h"
#include "core/extract/converter.h"
#include "core/extract/front_matter_yaml.h"
#include "core/extract/markdown_blocks.h"
#include "core/extract/office/office_extractors.h"
#include "core/http/client.h"
#include "core/index/usearch.h"
#include "core/llm/local.h"

namespace quarry::app {

using wire::DoctorCheck;

namespace {

using State = DoctorCheck::State;

constexpr const char* libraries = "libraries";
constexpr const char* landlock_cure =
    "Linux has Landlock from 5.13 on; add it to the kernel's list: see /sys/kernel/security/lsm";

/// Full-text search is a part of SQLite that a build may lack: whether it works is tried.
DoctorCheck check_sqlite() {
    DoctorCheck check{libraries, "SQLite", State::ok, db::sqlite_version()};
    const std::string fault = db::full_text_search_fault();
    check.detail += ", full-text search " + (fault.empty() ? "works" : fault);
    if (!fault.empty()) {
        check.state = State::fail;
        check.cure = "build quarry with an SQLite that has FTS5, such as Debian's";
    }
    return check;
}

DoctorCheck check_curl() {
    if (const auto version = http::libcurl_version()) return {libraries, "libcurl", State::ok, *version};
    return {libraries, "libcurl", State::warn, "not installed; needed to reach model servers only", "apt install libcurl4"};
}

DoctorCheck check_libpq() {
    if (const auto version = db::libpq_version()) return {libraries, "libpq", State::ok, *version};
    return {libraries, "libpq", State::warn, "not installed; needed to migrate PostgreSQL databases only",
            "apt install libpq5"};
}

DoctorCheck check_libzip() {
    if (const auto version = extract::libzip_version()) return {libraries, "libzip", State::ok, *version};
    return {libraries, "libzip", State::warn, "not installed; needed to read office documents and books only",
            "apt install libzip4"};
}

DoctorCheck check_pdftotext() {
    if (const auto version = extract::pdftotext_version()) return {libraries, "pdftotext", State::ok, *version};
    return {libraries, "pdftotext", State::warn, "not installed; needed to read PDF files only",
            "apt install poppler-utils"};
}

DoctorCheck check_pdf_repair() {
    if (std::string programs = extract::pdf_repair_programs(); !programs.empty()) {
        return {libraries, "PDF repair", State::ok, std::move(programs)};
    }
    return {libraries, "PDF repair", State::warn, "no mutool or qpdf; needed to read damaged PDF files only",
            "apt install mupdf-tools"};
}

DoctorCheck check_tesseract() {
    const SubprocessResult said = run_subprocess({"tesseract", "--version"}, {}, {.sandboxed = true});
    const std::string_view text = said.output.empty() ? said.error_text : said.output;
    constexpr std::string_view begin = "tesseract ";
    if (said.succeeded() && text.starts_with(begin)) {
        return {libraries, "tesseract", State::ok,
                one_line(text.substr(begin.size(), text.find('\n') - begin.size()), 40)};
    }
    return {libraries, "tesseract", State::warn, "not installed; needed for the setting ingest.ocr only",
            "apt install tesseract-ocr"};
}

DoctorCheck check_git() {
    const SubprocessResult said = run_subprocess({"git", "--version"}, {}, {});
    constexpr std::string_view begin = "git version ";
    const std::string_view version = trim(said.output);
    if (said.succeeded() && version.starts_with(begin)) {
        return {libraries, "git", State::ok, std::string(version.substr(begin.size()))};
    }
    return {libraries, "git", State::warn, "not installed; needed for ingest --git only", "apt install git"};
}

DoctorCheck check_server_programs(const Services& services) {
    const auto found = db::find_server_programs(services.environment("PATH").value_or(""));
    if (!found.empty()) return {libraries, "postgres", State::ok, found.front().version};
    return {libraries, "postgres", State::warn,
            "not installed; needed only where migrations for PostgreSQL are tried out and no dev_url is given",
            "apt install postgresql"};
}

/// It does not say its version: whether it works is tried.
DoctorCheck check_yaml() {
    extract::FrontMatterValues values;
    if (extract::read_yaml_values("name: [1, two]", values)) {
        return {libraries, "yaml-cpp", State::ok, "reads front matter"};
    }
    return {libraries, "yaml-cpp", State::fail, "does not read front matter", "apt install libyaml-cpp0.7"};
}

/// Whether the process that reads formats is confined is asked of one.
DoctorCheck check_sandbox(const Services& services) {
    const SandboxSupport kernel = sandbox_support();
    if (kernel.name().empty()) {
        return {libraries, "sandbox", State::warn, "none: readers of documents run with your rights", landlock_cure};
    }
    std::string active;
    try {
        active = extract::Converter(services.converter).confinement().name();
    } catch (const Error& error) {
        return {libraries,
                "sandbox",
                State::fail,
                fmt::format("only text and PDF can be read: {}", fmt::join(error.causes(), ": ")),
                {}};
    }
    if (active.empty()) {
        return {libraries, "sandbox", State::warn,
                kernel.name() + ", of PDF only: other formats are read with your rights",
                "quarry starts its own program again for them: mount /proc"};
    }
    if (kernel.landlock > 0) return {libraries, "sandbox", State::ok, active + ": documents are read in it"};
    return {libraries, "sandbox", State::warn,
            active + ": documents are read in it; a reader of PDF could read your files and start programs",
            landlock_cure};
}

}  // namespace

std::vector<DoctorCheck> check_libraries(const Services& services) {
    const auto llama = llm::llama_description();
    const auto usearch = index::usearch_description();
    return {check_sqlite(),
            {libraries, "ICU", State::ok, analyze::icu_version()},
            {libraries, "cmark-gfm", State::ok, extract::cmark_version()},
            check_yaml(),
            check_curl(),
            check_libpq(),
            check_libzip(),
            check_pdftotext(),
            check_pdf_repair(),
            check_tesseract(),
            check_git(),
            check_server_programs(services),
            check_sandbox(services),
            {libraries, "llama.cpp", State::ok, llama.value_or("not in this build")},
            {libraries, "USearch", State::ok, usearch ? "instructions: " + *usearch : "not in this build"}};
}

}  // namespace quarry::app

#include "core/migrate/import_rails.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/migrate/import_edits.h"
#include "core/migrate/import_folder.h"
#include "core/migrate/import_names.h"
#include "core/sql/lexemes.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

/// pg_dump since 2025 begins and ends with these commands of psql's. Their lines stay, so that places do.
void blank_restrict_lines(std::string& text) {
    for (const std::string_view command : {"\\restrict", "\\unrestrict"}) {
        for (std::size_t at = text.find(command); at != std::string::npos; at = text.find(command, at + 1)) {
            if (at > 0 && text[at - 1] != '\n') continue;
            text.erase(at, std::min(text.find('\n', at), text.size()) - at);
        }
    }
}

/// The versions of `INSERT INTO "schema_migrations" (version) VALUES ('1'), ('2');`, and none for another statement.
std::vector<std::string> inserted_versions(sql::Dialect dialect, std::string_view statement) {
    std::vector<std::string> versions;
    if (ascii_lower(statement.substr(0, 6)) != "insert") return versions;
    const std::vector<sql::Lexeme> words = sql::lexemes(dialect, statement);
    if (words.size() < 5 || !words[1].is("into")) return versions;
    const std::size_t name = words[3].is(".") ? 4 : 2;
    if (sql::name_of(dialect, words[name]) != "schema_migrations") return versions;
    for (const sql::Lexeme& word : words) {
        const std::string value = word.text.starts_with('\'') ? sql::string_value(word.text) : std::string();
        if (all_digits(value)) versions.push_back(canonical_version(value));
    }
    return versions;
}

}  // namespace

RailsStructure read_rails(sql::Dialect dialect, const std::filesystem::path& path) {
    std::string text = read_foreign_text(path);
    blank_restrict_lines(text);
    const std::string name = path.string();
    const sql::SourceText source{name, text};
    source.require_text();
    const sql::Section all{0, text.size()};
    RailsStructure structure;
    TextEdits edits(text);
    sql::Splitter splitter(dialect, source, all, sql::Splitter::LastSemicolon::optional);
    while (const auto statement = splitter.next()) {
        const auto versions = inserted_versions(
            dialect, std::string_view(text).substr(statement->start, statement->end - statement->start));
        if (versions.empty()) continue;
        structure.versions.insert(structure.versions.end(), versions.begin(), versions.end());
        edits.erase(*statement);
    }
    if (structure.versions.empty()) {
        throw Error(ErrorCode::failed, fmt::format("{} has no versions of schema_migrations at its end", name),
                    "give the file that Rails writes: db/structure.sql");
    }
    auto& versions = structure.versions;
    std::sort(versions.begin(), versions.end(), version_before);
    versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
    structure.text = edits.apply(all);
    return structure;
}

}  // namespace quarry::migrate

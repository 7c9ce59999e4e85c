// The parser of migration files and the splitter: statements are in order, disjoint, ended, and nothing that SQLite
// would read lies between them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/migrate/migration_file.h"
#include "core/migrate/refused_statements.h"
#include "core/sql/splitter.h"

namespace {

using quarry::migrate::MigrationFile;
using quarry::sql::Section;
using quarry::sql::SourceText;
using quarry::sql::Dialect;
using quarry::sql::Lexer;
using quarry::sql::Splitter;
using quarry::sql::TokenKind;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Tokens cover the text without gap or overlap.
void check_lexer(std::string_view text) {
    Lexer lexer(Dialect::sqlite, text);
    std::size_t position = 0;
    while (const auto token = lexer.next()) {
        require(token->start == position && token->end > token->start);
        position = token->end;
    }
    require(position == text.size());
}

/// Nothing but white space, comments and semicolons.
void require_filler(std::string_view text) {
    Lexer lexer(Dialect::sqlite, text);
    while (const auto token = lexer.next()) {
        require(token->closed);
        require(token->kind == TokenKind::space || token->kind == TokenKind::line_comment ||
                token->kind == TokenKind::block_comment || token->kind == TokenKind::semicolon);
    }
}

void check_statements(const SourceText& source, Section section) {
    require(section.start <= section.end && section.end <= source.text.size());
    Splitter splitter(Dialect::sqlite, source, section);
    std::size_t position = section.start;
    while (const auto statement = splitter.next()) {
        require(statement->start >= position && statement->end > statement->start && statement->end <= section.end);
        require(source.text[statement->end - 1] == ';');
        require_filler(source.text.substr(position, statement->start - position));
        (void)quarry::migrate::refuse_statement(
            source.text.substr(statement->start, statement->end - statement->start));
        position = statement->end;
    }
    require_filler(source.text.substr(position, section.end - position));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const SourceText source{"0001_fuzz.sql", text};
    check_lexer(text);
    try {
        const MigrationFile file = quarry::migrate::parse_migration(source);
        check_statements(source, file.up);
        if (file.down) check_statements(source, *file.down);
        require(!file.down || file.irreversible.empty());
    } catch (const quarry::Error& error) {
        require(error.message().starts_with("0001_fuzz.sql:"));
    }
    return 0;
}

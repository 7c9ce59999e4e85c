// The parser of migration files and the splitter: statements are in order, disjoint, ended, and nothing that SQLite
// would read lies between them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/migrate/migration_file.h"
#include "core/migrate/statement_rules.h"
#include "core/migrate/variables.h"
#include "core/sql/splitter.h"

namespace {

using quarry::migrate::MigrationFile;
using quarry::migrate::MigrationText;
using quarry::migrate::Script;
using quarry::sql::Dialect;
using quarry::sql::Lexer;
using quarry::sql::Section;
using quarry::sql::SourceText;
using quarry::sql::Splitter;
using quarry::sql::TokenKind;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Tokens cover the text without gap or overlap.
void check_lexer(Dialect dialect, std::string_view text) {
    Lexer lexer(dialect, text);
    std::size_t position = 0;
    while (const auto token = lexer.next()) {
        require(token->start == position && token->end > token->start);
        position = token->end;
    }
    require(position == text.size());
}

/// Statements are in order and disjoint, and each ends with a semicolon or the text.
void check_script(Dialect dialect, const Script& script) {
    std::size_t position = 0;
    for (const Section& statement : script.statements) {
        require(statement.start >= position && statement.end > statement.start && statement.end <= script.text->size());
        (void)quarry::migrate::needs_no_transaction(dialect, script.sql_of(statement));
        (void)quarry::migrate::replace_variables(script, statement,
                                                 [](const std::string&) { return std::string("x"); });
        position = statement.end;
    }
}

/// Nothing that the database would read lies between the statements of a text.
void check_splitter(Dialect dialect, std::string_view text) {
    const SourceText source{"0001_fuzz.sql", text};
    Splitter splitter(dialect, source, {0, text.size()});
    std::size_t position = 0;
    const auto require_filler = [&](std::size_t end) {
        Lexer lexer(dialect, text.substr(position, end - position));
        while (const auto token = lexer.next()) {
            require(token->closed && (quarry::sql::is_filler(token->kind) || token->kind == TokenKind::semicolon));
        }
    };
    while (const auto statement = splitter.next()) {
        require(statement->start >= position && text[statement->end - 1] == ';');
        require_filler(statement->start);
        position = statement->end;
    }
    require_filler(text.size());
}

void check(Dialect dialect, std::string_view text) {
    check_lexer(dialect, text);
    try {
        check_splitter(dialect, text);
    } catch (const quarry::Error& error) {
        require(error.message().starts_with("0001_fuzz.sql:"));
    }
    for (const auto kind :
         {MigrationText::Kind::sections, MigrationText::Kind::pair, MigrationText::Kind::repeatable}) {
        try {
            const MigrationFile file =
                quarry::migrate::parse_migration(dialect, {"0001_fuzz.sql", std::string(text), std::nullopt, {}, kind});
            check_script(dialect, file.up);
            if (file.down) check_script(dialect, *file.down);
            require(!file.down || file.irreversible.empty());
        } catch (const quarry::Error& error) {
            require(error.message().starts_with("0001_fuzz.sql:"));
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(Dialect::sqlite, text);
    check(Dialect::postgresql, text);
    return 0;
}

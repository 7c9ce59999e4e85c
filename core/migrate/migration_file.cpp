#include "core/migrate/migration_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/migrate/directives.h"
#include "core/migrate/statement_rules.h"
#include "core/sql/fill_in.h"
#include "core/sql/lexemes.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

constexpr std::size_t most_noted = 50;

using LastSemicolon = sql::Splitter::LastSemicolon;

std::vector<Directive> directives_of(sql::Dialect dialect, const sql::SourceText& source) {
    std::vector<Directive> directives;
    sql::Lexer lexer(dialect, source.text);
    while (const auto token = lexer.next()) {
        sql::require_closed(source, *token);
        if (auto directive = read_directive(source, *token)) directives.push_back(std::move(*directive));
    }
    return directives;
}

/// Where the rows behind a COPY ... FROM STDIN end: behind the line "\\.", or with the text.
std::size_t end_of_rows(std::string_view text, std::size_t from) {
    while (from < text.size()) {
        const std::size_t end = std::min(text.find('\n', from), text.size());
        const std::string_view line = text.substr(from, end - from);
        from = std::min(end + 1, text.size());
        if (line == "\\." || line == "\\.\r") break;
    }
    return from;
}

void blank_copied_rows(std::string& text) {
    bool begun = false;
    bool copy = false;
    bool from_client = false;
    sql::Lexer lexer(sql::Dialect::postgresql, text);
    while (const auto token = lexer.next()) {
        if (sql::is_filler(token->kind)) continue;
        const sql::Lexeme word{token->kind, std::string_view(text).substr(token->start, token->end - token->start), 0};
        if (token->kind != sql::TokenKind::semicolon) {
            copy = begun ? copy : word.is("copy");
            from_client = copy && (from_client || word.is("stdin"));
            begun = true;
            continue;
        }
        const std::size_t line = text.find('\n', token->end);
        if (from_client && line != std::string::npos) {
            const std::size_t end = end_of_rows(text, line + 1);
            std::replace_if(
                text.begin() + static_cast<std::ptrdiff_t>(line), text.begin() + static_cast<std::ptrdiff_t>(end),
                [](char c) { return c != '\n'; }, ' ');
            lexer = sql::Lexer(sql::Dialect::postgresql, text, end);
        }
        begun = copy = from_client = false;
    }
}

/// How statements that a migration must not have are taken: as errors unless one of these says otherwise.
struct Reading {
    Refused refused = Refused::error;
    std::vector<PassedOver>* passed_over = nullptr;
};

bool is_section(const Directive& directive) { return directive.name == "up" || directive.name == "down"; }

/// Cuts a script's text into statements and holds them against what a migration may do.
class ScriptReader {
public:
    ScriptReader(sql::Dialect dialect, FileFormat format, Script& script, Reading reading)
        : dialect_(dialect), format_(format), script_(script), source_(script.source()), reading_(reading) {}

    void add(sql::Section section, LastSemicolon last_semicolon) {
        sql::Splitter splitter(dialect_, source_, section, last_semicolon);
        while (const auto statement = splitter.next()) script_.statements.push_back(*statement);
    }

    void finish() {
        const bool foreign = format_ != FileFormat::quarry;
        if (foreign && reading_.passed_over != nullptr) {
            pass_over_foreign_keys();
            const auto& statements = script_.statements;
            if (std::count_if(statements.begin(), statements.end(),
                              [&](const auto& one) { return is_boundary(one); }) <= 2)
                adopt_transaction();
            pass_over_transactions();
        } else if (foreign) {
            adopt_transaction();
        }
        for (const sql::Section& statement : script_.statements) {
            auto refusal = refuse_statement(dialect_, script_.sql_of(statement), script_.transactional);
            if (!refusal) continue;
            if (reading_.passed_over != nullptr) {
                note(PassedOver::Kind::refused, statement, std::move(refusal->problem), std::move(refusal->hint));
            } else if (reading_.refused == Refused::kept) {
                script_.refused.push_back({statement.start, std::move(refusal->problem), std::move(refusal->hint)});
            } else {
                throw source_.error_at(statement.start, refusal->problem, std::move(refusal->hint));
            }
        }
        if (reading_.passed_over == nullptr || dialect_ == sql::Dialect::sqlite) return;
        for (const sql::Section& statement : script_.statements) {
            if (!is_pragma(dialect_, script_.sql_of(statement))) continue;
            note(PassedOver::Kind::refused, statement, "PRAGMA is a command of SQLite's",
                 "if the files are for SQLite, say so: --dialect sqlite; if not, delete it");
        }
    }

private:
    [[nodiscard]] bool needs_none(sql::Section statement) const {
        return needs_no_transaction(dialect_, script_.sql_of(statement));
    }

    [[nodiscard]] bool any_needs_none() const {
        return std::any_of(script_.statements.begin(), script_.statements.end(),
                           [&](const sql::Section& one) { return needs_none(one); });
    }

    /// A place is found by counting lines, so a file that is nothing but obstacles is not listed in full.
    void note(PassedOver::Kind kind, sql::Section statement, std::string problem, std::string hint) {
        if (++noted_ > most_noted) return;
        if (noted_ == most_noted) {
            reading_.passed_over->push_back({PassedOver::Kind::refused,
                                     script_.path,
                                     {0, 0},
                                     "more statements of this file cannot be in a migration",
                                     "is it one? deal with those above, and import again"});
            return;
        }
        reading_.passed_over->push_back(
            {kind, script_.path, source_.place(statement.start), std::move(problem), std::move(hint)});
    }

    void pass_over_foreign_keys() {
        const std::size_t before = script_.statements.size();
        std::erase_if(script_.statements,
                      [&](const sql::Section& one) { return sets_foreign_keys(dialect_, script_.sql_of(one)); });
        // It does nothing within a transaction, which is why there was none.
        if (before != script_.statements.size() && !script_.transactional) script_.transactional = !any_needs_none();
    }

    [[nodiscard]] bool is_boundary(sql::Section statement) const {
        return is_begin(dialect_, script_.sql_of(statement)) || is_commit(dialect_, script_.sql_of(statement));
    }

    /// One transaction, and nothing outside of it but settings.
    [[nodiscard]] bool is_one_transaction() const {
        std::size_t begins = 0, commits = 0;
        for (const sql::Section& one : script_.statements) {
            if (is_begin(dialect_, script_.sql_of(one))) {
                ++begins;
            } else if (is_commit(dialect_, script_.sql_of(one))) {
                ++commits;
            } else if (begins == commits && !is_setting(dialect_, script_.sql_of(one))) {
                return false;
            }
        }
        return begins == 1 && commits == 1 && !any_needs_none();
    }

    void pass_over_transactions() {
        auto& statements = script_.statements;
        if (std::none_of(statements.begin(), statements.end(), [&](const auto& one) { return is_boundary(one); })) {
            return;
        }
        if (is_one_transaction()) {
            script_.transactional = true;
        } else {
            script_.transactional = dialect_ == sql::Dialect::sqlite && !any_needs_none();
            note_transactions();
        }
        std::erase_if(statements, [&](const sql::Section& one) { return is_boundary(one); });
    }

    /// goose and dbmate commit what is open at the end; what golang-migrate ran is lost then.
    void note_uncommitted() {
        const auto& statements = script_.statements;
        const auto last =
            std::find_if(statements.rbegin(), statements.rend(), [&](const auto& one) { return is_boundary(one); });
        if (format_ != FileFormat::pair || !is_begin(dialect_, script_.sql_of(*last))) return;
        note(PassedOver::Kind::refused, *last, "this transaction is never committed, so its changes were never kept",
             "decide whether it is to be run now: write it with a COMMIT, or leave it out, and give that: --replace");
    }

    void note_transactions() {
        const auto& statements = script_.statements;
        const auto first =
            std::find_if(statements.begin(), statements.end(), [&](const auto& one) { return is_boundary(one); });
        note(PassedOver::Kind::transaction, *first, "BEGIN and COMMIT are not around the whole script",
             script_.transactional ? "leave them out: quarry runs the whole in one transaction"
                                   : "leave them out, and run statement by statement: -- quarry:no-transaction");
        note_uncommitted();
        if (script_.transactional) return;
        for (const sql::Section& one : statements) {
            if (!needs_transaction(dialect_, script_.sql_of(one))) continue;
            note(PassedOver::Kind::refused, one, "this needs a transaction, and the script would run without one",
                 "write the script as one transaction, and give that file in its place: --replace");
        }
    }

    /// Other tools run a script as it is: its BEGIN and COMMIT make it a transaction, and without them a single
    /// statement runs outside of one.
    void adopt_transaction() {
        auto& statements = script_.statements;
        if (statements.size() >= 2 && is_begin(dialect_, script_.sql_of(statements.front())) &&
            is_commit(dialect_, script_.sql_of(statements.back()))) {
            statements.erase(statements.begin());
            statements.pop_back();
            script_.transactional = true;
        } else if (format_ == FileFormat::pair && script_.transactional) {
            script_.transactional = std::none_of(statements.begin(), statements.end(), [&](const sql::Section& one) {
                return refuse_statement(dialect_, script_.sql_of(one), true) &&
                       needs_no_transaction(dialect_, script_.sql_of(one));
            });
        }
    }

    sql::Dialect dialect_;
    FileFormat format_;
    Script& script_;
    sql::SourceText source_;
    Reading reading_;
    std::size_t noted_ = 0;
};

/// Reads the sections of one file from top to bottom.
class SectionReader {
public:
    SectionReader(sql::Dialect dialect, std::string path, std::shared_ptr<const std::string> text, Reading reading)
        : dialect_(dialect), reading_(reading), text_(std::move(text)) {
        common_.path = std::move(path);
        common_.text = text_;
        source_ = common_.source();
        directives_ = directives_of(dialect, source_);
    }

    MigrationFile read_sections() {
        file_.format = format();
        for (const Directive& directive : directives_) take(directive);
        close_section(text_->size());
        for (auto* const section : {&up_, &down_}) {
            if (*section) ScriptReader(dialect_, file_.format, **section, reading_).finish();
        }
        if (!up_) throw source_.error_at(0, "there is no up section", marker_hint());
        file_.up = std::move(*up_);
        file_.down = std::move(down_);
        check();
        return std::move(file_);
    }

    /// The file as one script; a pair's half, or a repeatable migration.
    Script read_whole(FileFormat format, MigrationFile& file) {
        file_.format = format;
        for (const Directive& directive : directives_) {
            if (directive.format == FileFormat::quarry && is_section(directive)) {
                throw source_.error_at(
                    directive.start, fmt::format("\"-- quarry:{}\" in a file that is one section", directive.name),
                    "a file VERSION_name.up.sql or .down.sql, or R_name.sql, has no sections: delete the line");
            }
            take(directive);
        }
        ScriptReader reader(dialect_, format, common_, reading_);
        reader.add({0, text_->size()}, format == FileFormat::pair ? LastSemicolon::optional : LastSemicolon::required);
        reader.finish();
        file.allowed.insert(file.allowed.end(), file_.allowed.begin(), file_.allowed.end());
        if (!file_.irreversible.empty()) file.irreversible = file_.irreversible;
        return std::move(common_);
    }

private:
    /// Whose section markers the file has: quarry's before others.
    [[nodiscard]] FileFormat format() const {
        for (const FileFormat format : {FileFormat::quarry, FileFormat::dbmate, FileFormat::goose}) {
            if (std::any_of(directives_.begin(), directives_.end(),
                            [&](const Directive& one) { return one.format == format && is_section(one); })) {
                return format;
            }
        }
        return FileFormat::quarry;
    }

    /// quarry's own directives count in every format, others' only in their own.
    void take(const Directive& directive) {
        if (directive.format != FileFormat::quarry && directive.format != file_.format) return;
        const bool own_section = is_section(directive) && directive.format == file_.format;
        if (is_section(directive) && !own_section) return;
        if (own_section) open_section(directive);
        if (directive.name == "statementbegin" || directive.name == "statementend") {
            take_block_marker(directive);
        } else if (directive.format == FileFormat::goose) {
            apply_goose(directive);
        } else if (directive.format != FileFormat::quarry) {
            (void)apply_to_script(source_, directive, script());
        } else if (!own_section && !take_note(directive) && !apply_to_script(source_, directive, script())) {
            throw_unknown_directive(source_, directive);
        }
    }

    /// goose takes its directives for the whole file, wherever they stand.
    void apply_goose(const Directive& directive) {
        (void)apply_to_script(source_, directive, common_);
        for (auto* const section : {&up_, &down_}) {
            if (*section) (void)apply_to_script(source_, directive, **section);
        }
    }

    /// What a directive here is about: the open section, or both.
    Script& script() { return open_ != nullptr ? **open_ : common_; }

    /// irreversible and allow; false for anything else.
    bool take_note(const Directive& directive) {
        if (directive.name == "allow") {
            const std::size_t rule_end = std::min(directive.argument.find_first_of(": \t"), directive.argument.size());
            std::string_view reason = trim(std::string_view(directive.argument).substr(rule_end));
            if (reason.starts_with(':')) reason = trim(reason.substr(1));
            file_.allowed.push_back(
                {directive.argument.substr(0, rule_end), std::string(reason), directive.start, directive.end});
            return true;
        }
        if (directive.name != "irreversible") return false;
        if (directive.argument.empty()) {
            throw source_.error_at(directive.start, "\"-- quarry:irreversible\" does not say why",
                                   "add the reason: -- quarry:irreversible: the old values are gone");
        }
        file_.irreversible = directive.argument;
        irreversible_at_ = directive.start;
        return true;
    }

    void open_section(const Directive& directive) {
        if (directive.format == FileFormat::quarry && !directive.argument.empty()) {
            throw source_.error_at(directive.start,
                                   fmt::format("\"-- quarry:{}\" is followed by something", directive.name),
                                   "put nothing else on its line");
        }
        close_section(directive.start);
        open_ = directive.name == "up" ? &up_ : &down_;
        if (*open_) {
            throw source_.error_at(directive.start,
                                   fmt::format("there is more than one \"-- quarry:{}\"", directive.name),
                                   "put all of its statements into one section");
        }
        *open_ = common_;
        chunk_start_ = directive.end;
        (open_ == &up_ ? up_at_ : down_at_) = directive.end;
    }

    /// goose's StatementBegin and StatementEnd: what is between may go without a last semicolon.
    void take_block_marker(const Directive& directive) {
        if (open_ == nullptr) return;
        const bool ends = directive.name == "statementend";
        add_chunk(directive.start, ends ? LastSemicolon::optional : LastSemicolon::required);
        chunk_start_ = directive.end;
    }

    void add_chunk(std::size_t end, LastSemicolon last_semicolon) {
        ScriptReader(dialect_, file_.format, **open_, reading_).add({chunk_start_, end}, last_semicolon);
        chunk_start_ = end;
    }

    void close_section(std::size_t end) {
        if (open_ != nullptr) {
            add_chunk(end, file_.format == FileFormat::dbmate ? LastSemicolon::optional : LastSemicolon::required);
        } else if (sql::Splitter preamble(dialect_, source_, {0, end}); const auto statement = preamble.next()) {
            throw source_.error_at(statement->start, "this statement is in no section", marker_hint());
        }
    }

    void check() {
        const bool own = file_.format == FileFormat::quarry;
        if (own && file_.up.statements.empty()) {
            throw source_.error_at(up_at_, "the up section is empty",
                                   "write the statements that make the change below \"-- quarry:up\"");
        }
        if (!file_.down) return;
        const bool any = !file_.down->statements.empty();
        if (any && !file_.irreversible.empty()) {
            throw source_.error_at(irreversible_at_, "a migration with a down section is not irreversible",
                                   "delete the one that is wrong");
        }
        if (own && !any && file_.irreversible.empty()) {
            throw source_.error_at(down_at_, "the down section is empty",
                                   "write the statements that undo the change, or say why there are none: "
                                   "-- quarry:irreversible: reason");
        }
        if (!file_.irreversible.empty()) file_.down.reset();
    }

    [[nodiscard]] static std::string marker_hint() {
        return "put a line \"-- quarry:up\" before the SQL that makes the change, and \"-- quarry:down\" before the "
               "SQL that undoes it";
    }

    sql::Dialect dialect_;
    Reading reading_;
    std::shared_ptr<const std::string> text_;
    Script common_;  ///< What directives before the sections say of both.
    sql::SourceText source_;
    std::vector<Directive> directives_;
    MigrationFile file_;
    std::optional<Script> up_;
    std::optional<Script> down_;
    std::optional<Script>* open_ = nullptr;
    std::size_t chunk_start_ = 0;  ///< Where the statements begin that are not yet cut.
    std::size_t up_at_ = 0;
    std::size_t down_at_ = 0;
    std::size_t irreversible_at_ = 0;
};

MigrationFile parse(sql::Dialect dialect, MigrationText migration, Reading reading) {
    if (reading.refused == Refused::kept && dialect == sql::Dialect::postgresql) {
        blank_copied_rows(migration.text);
        blank_copied_rows(migration.down_text);
    }
    const auto text = std::make_shared<const std::string>(std::move(migration.text));
    sql::SourceText{migration.path, *text}.require_text();
    SectionReader reader(dialect, migration.path, text, reading);
    if (migration.kind == MigrationText::Kind::sections) return reader.read_sections();

    MigrationFile file;
    const bool pair = migration.kind == MigrationText::Kind::pair;
    file.format = pair ? FileFormat::pair : FileFormat::quarry;
    file.up = reader.read_whole(file.format, file);
    if (pair && migration.down_path) {
        const auto down_text = std::make_shared<const std::string>(std::move(migration.down_text));
        sql::SourceText{*migration.down_path, *down_text}.require_text();
        file.down =
            SectionReader(dialect, *migration.down_path, down_text, reading).read_whole(FileFormat::pair, file);
        if (!file.irreversible.empty()) file.down.reset();
    }
    return file;
}

}  // namespace

MigrationFile parse_migration(sql::Dialect dialect, MigrationText migration, Refused refused) {
    return parse(dialect, std::move(migration), {refused, nullptr});
}

MigrationFile parse_foreign_migration(sql::Dialect dialect, MigrationText migration,
                                      std::vector<PassedOver>& passed_over) {
    return parse(dialect, std::move(migration), {Refused::error, &passed_over});
}

void require_filled_in(sql::Dialect dialect, const Script& script) {
    for (const sql::Section& statement : script.statements) {
        const auto places = sql::places_to_fill_in(dialect, *script.text, statement);
        if (places.empty()) continue;
        const sql::Section mark = places.front();
        const std::string comment = script.text->substr(mark.start, mark.end - mark.start);
        throw script.source().error_at(mark.start, "a value is still to be filled in here",
                                       std::string(sql::fill_in_hint(comment)));
    }
}

}  // namespace quarry::migrate

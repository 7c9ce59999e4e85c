#include "core/migrate/migration_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/migrate/directives.h"
#include "core/migrate/statement_rules.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

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

bool is_section(const Directive& directive) { return directive.name == "up" || directive.name == "down"; }

/// Cuts a script's text into statements and holds them against what a migration may do.
class ScriptReader {
public:
    ScriptReader(sql::Dialect dialect, FileFormat format, Script& script)
        : dialect_(dialect), format_(format), script_(script), source_(script.source()) {}

    void add(sql::Section section, LastSemicolon last_semicolon) {
        sql::Splitter splitter(dialect_, source_, section, last_semicolon);
        while (const auto statement = splitter.next()) script_.statements.push_back(*statement);
    }

    void finish() {
        if (format_ != FileFormat::quarry) adopt_transaction();
        for (const sql::Section& statement : script_.statements) {
            auto refusal = refuse_statement(dialect_, script_.sql_of(statement), script_.transactional);
            if (!refusal) continue;
            throw source_.error_at(statement.start, refusal->problem, std::move(refusal->hint));
        }
    }

private:
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
};

/// Reads the sections of one file from top to bottom.
class SectionReader {
public:
    SectionReader(sql::Dialect dialect, std::string path, std::shared_ptr<const std::string> text)
        : dialect_(dialect), text_(std::move(text)) {
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
            if (*section) ScriptReader(dialect_, file_.format, **section).finish();
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
        ScriptReader reader(dialect_, format, common_);
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
                                   "leave it alone on its line");
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
        ScriptReader(dialect_, file_.format, **open_).add({chunk_start_, end}, last_semicolon);
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

}  // namespace

MigrationFile parse_migration(sql::Dialect dialect, MigrationText migration) {
    const auto text = std::make_shared<const std::string>(std::move(migration.text));
    sql::SourceText{migration.path, *text}.require_text();
    SectionReader reader(dialect, migration.path, text);
    if (migration.kind == MigrationText::Kind::sections) return reader.read_sections();

    MigrationFile file;
    const bool pair = migration.kind == MigrationText::Kind::pair;
    file.format = pair ? FileFormat::pair : FileFormat::quarry;
    file.up = reader.read_whole(file.format, file);
    if (pair && migration.down_path) {
        const auto down_text = std::make_shared<const std::string>(std::move(migration.down_text));
        sql::SourceText{*migration.down_path, *down_text}.require_text();
        file.down = SectionReader(dialect, *migration.down_path, down_text).read_whole(FileFormat::pair, file);
        if (!file.irreversible.empty()) file.down.reset();
    }
    return file;
}

}  // namespace quarry::migrate

#include "core/migrate/migration_file.h"

#include <fmt/format.h>

#include <array>

#include "core/base/text.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view prefix = "quarry:";

/// `-- quarry:name` or `-- quarry:name: argument`.
struct Directive {
    std::string name;
    std::string argument;
    std::size_t start = 0;
    std::size_t end = 0;
};

std::optional<Directive> as_directive(const sql::SourceText& source, const sql::Token& token) {
    if (token.kind != sql::TokenKind::line_comment) return std::nullopt;
    std::string_view comment = source.text.substr(token.start, token.end - token.start);
    comment = trim(comment.substr(2));
    if (ascii_lower(comment.substr(0, prefix.size())) != prefix) return std::nullopt;
    comment.remove_prefix(prefix.size());
    const std::size_t name_end = comment.find_first_of(": \t");
    Directive directive{std::string(comment.substr(0, name_end)), {}, token.start, token.end};
    if (name_end != std::string_view::npos) {
        std::string_view rest = trim(comment.substr(name_end));
        if (rest.starts_with(':')) rest = trim(rest.substr(1));
        directive.argument = rest;
    }
    return directive;
}

[[noreturn]] void throw_unknown(const sql::SourceText& source, const Directive& directive) {
    static const std::array<std::string, 3> known = {"up", "down", "irreversible"};
    const std::string& word = directive.name.empty() ? directive.argument : directive.name;
    const auto meant = closest(word, known);
    throw source.error_at(directive.start, fmt::format("unknown directive \"-- quarry:{}\"", one_line(word, 40)),
                          meant ? fmt::format("did you mean \"-- quarry:{}\"?", *meant)
                                : "quarry knows \"-- quarry:up\", \"-- quarry:down\" and "
                                  "\"-- quarry:irreversible: reason\"");
}

bool has_statements(const sql::SourceText& source, sql::Section section) {
    sql::Splitter splitter(sql::Dialect::sqlite, source, section);
    bool any = false;
    while (splitter.next()) any = true;
    return any;
}

/// Collects the sections while the file is read from top to bottom.
class Reader {
public:
    explicit Reader(const sql::SourceText& source) : source_(source) {}

    MigrationFile read() {
        sql::Lexer lexer(sql::Dialect::sqlite, source_.text);
        while (const auto token = lexer.next()) {
            sql::require_closed(source_, *token);
            if (const auto directive = as_directive(source_, *token)) take(*directive);
        }
        close_section(source_.text.size());
        check();
        if (!irreversible_.empty()) down_.reset();
        return {*up_, down_, irreversible_};
    }

private:
    void take(const Directive& directive) {
        if (directive.name == "irreversible") {
            if (directive.argument.empty()) {
                throw source_.error_at(directive.start, "\"-- quarry:irreversible\" does not say why",
                                       "add the reason: -- quarry:irreversible: the old values are gone");
            }
            irreversible_ = directive.argument;
            irreversible_at_ = directive.start;
            return;
        }
        if (directive.name != "up" && directive.name != "down") throw_unknown(source_, directive);
        if (!directive.argument.empty()) {
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
        *open_ = sql::Section{directive.end, directive.end};
    }

    void close_section(std::size_t end) {
        if (open_ != nullptr) {
            (*open_)->end = end;
        } else if (sql::Splitter preamble(sql::Dialect::sqlite, source_, {0, end}); const auto statement = preamble.next()) {
            throw source_.error_at(statement->start, "this statement is in no section", marker_hint());
        }
    }

    void check() const {
        if (!up_) throw source_.error_at(0, "there is no up section", marker_hint());
        if (!has_statements(source_, *up_)) {
            throw source_.error_at(up_->start, "the up section is empty",
                                   "write the statements that make the change below \"-- quarry:up\"");
        }
        if (!down_) return;
        const bool any = has_statements(source_, *down_);
        if (any && !irreversible_.empty()) {
            throw source_.error_at(irreversible_at_, "a migration with a down section is not irreversible",
                                   "delete the one that is wrong");
        }
        if (!any && irreversible_.empty()) {
            throw source_.error_at(down_->start, "the down section is empty",
                                   "write the statements that undo the change, or say why there are none: "
                                   "-- quarry:irreversible: reason");
        }
    }

    [[nodiscard]] std::string marker_hint() const {
        std::string hint = "put a line \"-- quarry:up\" before the SQL that makes the change, and \"-- quarry:down\" "
                           "before the SQL that undoes it";
        if (source_.text.find("-- migrate:up") != std::string_view::npos) hint += " (dbmate writes \"-- migrate:up\")";
        if (source_.text.find("-- +goose") != std::string_view::npos) hint += " (goose writes \"-- +goose Up\")";
        return hint;
    }

    const sql::SourceText& source_;
    std::optional<sql::Section> up_;
    std::optional<sql::Section> down_;
    std::optional<sql::Section>* open_ = nullptr;
    std::string irreversible_;
    std::size_t irreversible_at_ = 0;
};

}  // namespace

MigrationFile parse_migration(const sql::SourceText& source) {
    if (const auto invalid = find_invalid_utf8(source.text)) {
        throw source.error_at(*invalid, "the file is not valid UTF-8 here", "save it as UTF-8");
    }
    if (const std::size_t nul = source.text.find('\0'); nul != std::string_view::npos) {
        throw source.error_at(nul, "there is a NUL byte here", "save the file as plain UTF-8 text");
    }
    return Reader(source).read();
}

}  // namespace quarry::migrate

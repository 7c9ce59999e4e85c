#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/migrate/statement_rules.h"
#include "core/sql/lexer.h"
#include "core/sql/splitter.h"
#include "core/sql_lint/lint.h"

namespace quarry::sql_lint::test {

/// Migrations as the rules' examples write them, read for the linter: files begin with "-- file: NAME", directions with
/// "-- quarry:up" and "-- quarry:down". Owns the texts.
class Example {
public:
    Example(sql::Dialect dialect, std::string_view text) : dialect_(dialect) {
        constexpr std::string_view marker = "-- file: ";
        std::size_t from = text.starts_with(marker) ? 0 : std::string_view::npos;
        if (from != 0) {
            const std::size_t end = text.find("-- file: ");
            add("0001_example.sql", text.substr(0, end));
            from = end;
        }
        while (from != std::string_view::npos) {
            const std::size_t line = text.find('\n', from);
            const std::string_view name = text.substr(from + marker.size(), line - from - marker.size());
            const std::size_t next = text.find(marker, line);
            add(name, text.substr(line + 1, next == std::string_view::npos ? next : next - line - 1));
            from = next;
        }
    }

    [[nodiscard]] std::vector<Migration> migrations() const {
        std::vector<Migration> result;
        for (const File& file : files_) {
            Migration migration;
            const sql::SourceText source{file.name, file.text};
            migration.name = std::string_view(file.name).substr(file.name.find('_') + 1);
            migration.name.remove_suffix(4);
            migration.up = {source, file.up, file.refused, file.transactional, file.lock_timeout};
            migration.has_down = file.has_down;
            migration.down = {source, file.down, file.refused, file.transactional, file.lock_timeout};
            migration.irreversible = file.irreversible;
            migration.allowed = file.allowed;
            result.push_back(std::move(migration));
        }
        return result;
    }

private:
    struct File {
        std::string name;
        std::string text;
        std::vector<sql::Section> up;
        std::vector<RefusedStatement> refused;
        std::vector<sql::Section> down;
        bool has_down = false;
        bool transactional = true;
        bool lock_timeout = false;
        std::string irreversible;
        std::vector<AllowedRule> allowed;
    };

    void add(std::string_view name, std::string_view text) {
        File& file = files_.emplace_back();
        file.name = name;
        file.text = text;
        std::size_t up = 0;
        std::size_t down = file.text.size();
        sql::Lexer lexer(dialect_, file.text);
        while (const auto token = lexer.next()) {
            if (token->kind != sql::TokenKind::line_comment) continue;
            const std::string_view comment =
                std::string_view(file.text).substr(token->start, token->end - token->start);
            if (comment == "-- quarry:up") up = token->end;
            if (comment == "-- quarry:down") down = token->start;
            if (comment == "-- quarry:no-transaction") file.transactional = false;
            if (comment.starts_with("-- quarry:lock-timeout:")) file.lock_timeout = true;
            if (comment.starts_with("-- quarry:irreversible: ")) file.irreversible = comment.substr(24);
            if (comment.starts_with("-- quarry:allow "))
                file.allowed.push_back(allowed(comment, {token->start, token->end}));
        }
        file.has_down = down < file.text.size();
        file.up = statements(file, {up, down});
        file.down = statements(file, {down, file.text.size()});
        for (const auto* list : {&file.up, &file.down}) {
            for (const sql::Section& one : *list) {
                const std::string_view sql = std::string_view(file.text).substr(one.start, one.end - one.start);
                const auto refusal = migrate::refuse_statement(dialect_, sql, file.transactional);
                if (refusal) file.refused.push_back({one.start, refusal->problem, refusal->hint});
            }
        }
    }

    static AllowedRule allowed(std::string_view comment, sql::Section place) {
        const std::string_view rest = comment.substr(16);
        const std::size_t colon = rest.find(": ");
        return {rest.substr(0, colon), colon == std::string_view::npos ? "" : rest.substr(colon + 2), place};
    }

    std::vector<sql::Section> statements(const File& file, sql::Section section) const {
        const sql::SourceText source{file.name, file.text};
        sql::Splitter splitter(dialect_, source, section);
        std::vector<sql::Section> result;
        while (const auto one = splitter.next()) result.push_back(*one);
        return result;
    }

    sql::Dialect dialect_;
    std::deque<File> files_;  // Elements stay where they are: the views into them too.
};

/// What the linter says of an example; the newest server unless the options say otherwise.
inline std::vector<Finding> lint_example(sql::Dialect dialect, std::string_view text, LintOptions options = {}) {
    const Example example(dialect, text);
    options.dialect = dialect;
    const std::vector<Migration> migrations = example.migrations();
    return lint(migrations, options);
}

}  // namespace quarry::sql_lint::test

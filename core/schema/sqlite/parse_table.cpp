#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "core/schema/sqlite/cursor.h"
#include "core/schema/sqlite/parse.h"

namespace quarry::schema::sqlite {
namespace {

/// Expressions are read when all columns are known.
struct PendingExpression {
    std::span<const sql::Lexeme> lexemes;
    enum class Of { check, default_value, generated } of = Of::check;
    std::size_t index = 0;  ///< Of the constraint or the column.
};

std::string upper_word(std::string_view word) {
    std::string text = ascii_lower(word);
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return text;
}

/// Reads CREATE TABLE as SQLite's grammar has it (parse.y: create_table, columnlist, ccons, tcons).
class TableParser {
public:
    TableParser(std::string_view name, std::string_view statement) : cursor_(name, statement) { table_.name = name; }

    Table parse() {
        cursor_.require({"create", "table"});
        (void)cursor_.take_name();
        cursor_.require({"("});
        bool in_columns = true;
        do {
            in_columns = in_columns && !at_table_constraint();
            if (in_columns) {
                take_column();
            } else {
                take_table_constraints();
            }
        } while (cursor_.skip({","}));
        cursor_.require({")"});
        take_options();
        resolve_expressions();
        normalise();
        return std::move(table_);
    }

private:
    [[nodiscard]] bool at_any(std::initializer_list<std::string_view> words) const {
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return cursor_.at(word); });
    }
    [[nodiscard]] bool at_table_constraint() const {
        return at_any({"constraint", "primary", "unique", "check", "foreign"});
    }

    void take_column() {
        Column column;
        column.name = cursor_.take_name();
        column.type = take_type();
        table_.columns.push_back(std::move(column));
        std::string name;
        while (!cursor_.at_end() && !cursor_.at(",") && !cursor_.at(")")) {
            if (cursor_.skip({"constraint"})) {
                name = cursor_.take_name();
                continue;
            }
            take_column_constraint(table_.columns.back(), std::exchange(name, {}));
        }
    }

    [[nodiscard]] std::string take_type() {
        std::string type;
        while (cursor_.at_name() && !at_any({"constraint", "primary", "not", "null", "unique", "check", "default",
                                             "collate", "references", "as", "deferrable", "foreign"})) {
            if (cursor_.at("generated") && cursor_.at("always", 1)) break;
            type += (type.empty() ? "" : " ") + type_word();
        }
        if (type.empty() || !cursor_.at("(")) return type;
        std::string numbers;
        for (const sql::Lexeme& lexeme : cursor_.take_parentheses()) numbers += lexeme.text;
        return type + "(" + numbers + ")";
    }

    /// A word of a type; one that is written in quotes keeps them when it could not be read again without.
    [[nodiscard]] std::string type_word() {
        const bool plain = cursor_.peek().kind == sql::TokenKind::word;
        const std::string word = cursor_.take_name();
        const bool simple = !word.empty() && quoted_name(ascii_lower(word)) == ascii_lower(word);
        return plain || simple ? word : quoted_name(word);
    }

    void take_column_constraint(Column& column, std::string name) {
        const std::vector<KeyColumn> own = {{column.name, "", false}};
        if (cursor_.skip({"default"})) return take_default();
        if (cursor_.skip({"null"})) return void(take_conflict());
        if (cursor_.skip({"not", "null"})) {
            column.not_null = true;
            column.not_null_name = std::move(name);
            column.not_null_conflict = take_conflict();
        } else if (cursor_.skip({"collate"})) {
            column.collation = cursor_.take_name();
        } else if (cursor_.skip({"primary", "key"})) {
            Constraint& key = add(ConstraintKind::primary_key, std::move(name), own);
            key.columns.front().descending = take_direction();
            key.conflict = take_conflict();
            key.autoincrement = cursor_.skip({"autoincrement"});
        } else if (cursor_.skip({"unique"})) {
            Constraint& unique = add(ConstraintKind::unique, std::move(name), own);
            unique.conflict = take_conflict();
        } else if (cursor_.skip({"check"})) {
            take_check(std::move(name));
        } else if (cursor_.at("references")) {
            take_references(add(ConstraintKind::foreign_key, std::move(name), own));
        } else if (cursor_.skip({"generated", "always", "as"}) || cursor_.skip({"as"})) {
            take_generated(column);
        } else if (!take_deferrable()) {
            cursor_.fail();
        }
    }

    void take_generated(Column& column) {
        pending_.push_back({cursor_.take_parentheses(), PendingExpression::Of::generated, table_.columns.size() - 1});
        column.stored = cursor_.skip({"stored"});
        if (!column.stored) cursor_.skip({"virtual"});
    }

    void take_default() {
        const std::size_t start = cursor_.position();
        if (cursor_.at("(")) {
            (void)cursor_.take_parentheses();
        } else {
            while (cursor_.at("+") || cursor_.at("-")) (void)cursor_.take();
            take_literal();
        }
        pending_.push_back({cursor_.since(start), PendingExpression::Of::default_value, table_.columns.size() - 1});
    }

    /// A word, a string, a blob, or a number with all lexemes that touch: 1.5e-3.
    void take_literal() {
        const sql::Lexeme* before = &cursor_.take();
        const bool number = !before->is_name() && before->kind != sql::TokenKind::string;
        const bool blob = before->is("x");
        while (!cursor_.at_end() && cursor_.peek().start == before->end() && !cursor_.at(",") && !cursor_.at(")")) {
            if (!number && !(blob && cursor_.peek().kind == sql::TokenKind::string)) return;
            before = &cursor_.take();
        }
    }

    void take_table_constraints() {
        std::string name;
        while (!cursor_.at_end() && !cursor_.at(",") && !cursor_.at(")")) {
            if (cursor_.skip({"constraint"})) {
                name = cursor_.take_name();
                continue;
            }
            take_table_constraint(std::exchange(name, {}));
        }
    }

    void take_table_constraint(std::string name) {
        if (cursor_.skip({"primary", "key"})) {
            Constraint& key = add(ConstraintKind::primary_key, std::move(name), {});
            take_key_columns(key);
            key_is_apart_ = true;
            key.conflict = take_conflict();
        } else if (cursor_.skip({"unique"})) {
            Constraint& unique = add(ConstraintKind::unique, std::move(name), {});
            take_key_columns(unique);
            unique.conflict = take_conflict();
        } else if (cursor_.skip({"check"})) {
            take_check(std::move(name));
            (void)take_conflict();
        } else if (cursor_.skip({"foreign", "key"})) {
            Constraint& key = add(ConstraintKind::foreign_key, std::move(name), {});
            for (std::string& column : take_name_list()) key.columns.push_back({std::move(column), "", false});
            take_references(key);
        } else if (!take_deferrable()) {
            cursor_.fail();
        }
    }

    void take_check(std::string name) {
        add(ConstraintKind::check, std::move(name), {});
        pending_.push_back({cursor_.take_parentheses(), PendingExpression::Of::check, table_.constraints.size() - 1});
    }

    /// ( name [COLLATE x] [ASC | DESC], ... [AUTOINCREMENT] )
    void take_key_columns(Constraint& constraint) {
        cursor_.require({"("});
        do {
            KeyColumn column;
            column.name = cursor_.take_name();
            while (cursor_.skip({"collate"})) column.collation = cursor_.take_name();
            column.descending = take_direction();
            constraint.columns.push_back(std::move(column));
        } while (cursor_.skip({","}));
        constraint.autoincrement = cursor_.skip({"autoincrement"});
        cursor_.require({")"});
    }

    [[nodiscard]] std::vector<std::string> take_name_list() {
        std::vector<std::string> names;
        cursor_.require({"("});
        do {
            names.push_back(cursor_.take_name());
        } while (cursor_.skip({","}));
        cursor_.require({")"});
        return names;
    }

    void take_references(Constraint& key) {
        cursor_.require({"references"});
        key.parent = cursor_.take_name();
        if (cursor_.at("(")) key.parent_columns = take_name_list();
        for (;;) {
            if (cursor_.skip({"on", "delete"})) {
                key.on_delete = take_action();
            } else if (cursor_.skip({"on", "update"})) {
                key.on_update = take_action();
            } else if (cursor_.skip({"on", "insert"})) {
                (void)take_action();
            } else if (cursor_.skip({"match"})) {
                key.match = upper_word(cursor_.take_name());
                if (key.match == "SIMPLE") key.match.clear();
            } else if (!take_deferrable()) {
                return;
            }
        }
    }

    [[nodiscard]] std::string take_action() {
        if (cursor_.skip({"set", "null"})) return "SET NULL";
        if (cursor_.skip({"set", "default"})) return "SET DEFAULT";
        if (cursor_.skip({"no", "action"})) return {};
        if (!at_any({"cascade", "restrict"})) cursor_.fail();
        return upper_word(cursor_.take().text);
    }

    /// [NOT] DEFERRABLE [INITIALLY DEFERRED | IMMEDIATE], which belongs to the foreign key before it.
    bool take_deferrable() {
        const bool negated = cursor_.at("not") && cursor_.at("deferrable", 1);
        if (!negated && !cursor_.at("deferrable")) return false;
        negated ? cursor_.require({"not", "deferrable"}) : cursor_.require({"deferrable"});
        const bool deferred = cursor_.skip({"initially", "deferred"});
        if (!deferred) cursor_.skip({"initially", "immediate"});
        for (auto at = table_.constraints.rbegin(); at != table_.constraints.rend(); ++at) {
            if (at->kind != ConstraintKind::foreign_key) continue;
            at->deferred = deferred && !negated;
            break;
        }
        return true;
    }

    [[nodiscard]] bool take_direction() {
        if (cursor_.skip({"desc"})) return true;
        cursor_.skip({"asc"});
        return false;
    }

    [[nodiscard]] std::string take_conflict() {
        if (!cursor_.skip({"on", "conflict"})) return {};
        std::string how = upper_word(cursor_.take().text);
        return how == "ABORT" ? std::string() : how;
    }

    Constraint& add(ConstraintKind kind, std::string name, std::vector<KeyColumn> columns) {
        Constraint constraint;
        constraint.kind = kind;
        constraint.name = std::move(name);
        constraint.columns = std::move(columns);
        table_.constraints.push_back(std::move(constraint));
        return table_.constraints.back();
    }

    void take_options() {
        while (!cursor_.at_end()) {
            if (cursor_.skip({"without", "rowid"})) {
                table_.without_rowid = true;
            } else if (cursor_.skip({"strict"})) {
                table_.strict = true;
            } else if (!cursor_.skip({","})) {
                cursor_.fail();
            }
        }
    }

    void resolve_expressions() {
        const Names names = column_names(table_);
        const PhraseContext context{names, fold_name(table_.name), true, false};
        for (const PendingExpression& pending : pending_) {
            switch (pending.of) {
                case PendingExpression::Of::check: {
                    Constraint& check = table_.constraints[pending.index];
                    check.check = make_phrase(pending.lexemes, context);
                    check.columns = mentioned_columns(pending.lexemes);
                    break;
                }
                case PendingExpression::Of::generated:
                    table_.columns[pending.index].generated = make_phrase(pending.lexemes, context);
                    break;
                case PendingExpression::Of::default_value:
                    table_.columns[pending.index].default_value = default_phrase(pending.lexemes);
                    break;
            }
        }
    }

    [[nodiscard]] std::vector<KeyColumn> mentioned_columns(std::span<const sql::Lexeme> lexemes) const {
        std::vector<KeyColumn> mentioned;
        for (const Column& column : table_.columns) {
            const bool found = std::any_of(lexemes.begin(), lexemes.end(), [&](const sql::Lexeme& lexeme) {
                return lexeme.is_name() &&
                       fold_name(sql::name_of(sql::Dialect::sqlite, lexeme)) == fold_name(column.name);
            });
            if (found) mentioned.push_back({column.name, "", false});
        }
        return mentioned;
    }

    /// A literal without parentheses, a name as the string that SQLite takes it for, NULL as nothing.
    [[nodiscard]] static std::optional<Expression> default_phrase(std::span<const sql::Lexeme> lexemes) {
        const bool parenthesised = lexemes.front().text == "(";
        std::span<const sql::Lexeme> inner = parenthesised ? lexemes.subspan(1, lexemes.size() - 2) : lexemes;
        if (!inner.empty() && inner.front().text == "+" && !parenthesised) inner = inner.subspan(1);
        if (inner.size() == 1 && inner.front().is("null")) return std::nullopt;
        if (inner.size() == 1 && inner.front().is_name()) return named_default(inner.front(), parenthesised);
        Expression phrase = make_phrase(inner, {Names(), "", false, false});
        if (parenthesised && !is_literal(inner)) phrase = {"(" + phrase.text + ")", "(" + phrase.key + ")"};
        return phrase;
    }

    [[nodiscard]] static bool is_literal(std::span<const sql::Lexeme> lexemes) {
        if (!lexemes.empty() && lexemes.front().text == "-") lexemes = lexemes.subspan(1);
        if (lexemes.size() != 1) return false;
        const char first = lexemes.front().text.front();
        return lexemes.front().kind == sql::TokenKind::string || (first >= '0' && first <= '9');
    }

    [[nodiscard]] static Expression named_default(const sql::Lexeme& lexeme, bool parenthesised) {
        constexpr std::array<std::string_view, 5> words = {"true", "false", "current_time", "current_date",
                                                           "current_timestamp"};
        const bool word = lexeme.kind == sql::TokenKind::word &&
                          std::any_of(words.begin(), words.end(), [&](auto known) { return lexeme.is(known); });
        std::string text =
            word ? upper_word(lexeme.text) : sql::quote_string(sql::name_of(sql::Dialect::sqlite, lexeme));
        if (word && parenthesised) text = "(" + text + ")";
        return {text, text};
    }

    void normalise() {
        // Apart from its column, an INTEGER PRIMARY KEY is the rowid also with DESC, which means nothing then.
        const Constraint* key = key_is_apart_ ? table_.primary_key() : nullptr;
        if (key != nullptr && key->columns.size() == 1 && !table_.without_rowid) {
            const Column* column = table_.column(key->columns.front().name);
            const bool is_rowid = column != nullptr && ascii_lower(column->type) == "integer";
            for (Constraint& own : table_.constraints) {
                if (is_rowid && own.kind == ConstraintKind::primary_key) own.columns.front().descending = false;
            }
        }
        for (Column& column : table_.columns) {
            if (ascii_lower(column.collation) == "binary") column.collation.clear();
        }
        std::stable_sort(table_.constraints.begin(), table_.constraints.end(),
                         [](const Constraint& a, const Constraint& b) {
                             return a.kind != b.kind ? a.kind < b.kind : a.key() < b.key();
                         });
    }

    Cursor cursor_;
    Table table_;
    bool key_is_apart_ = false;
    std::vector<PendingExpression> pending_;
};

}  // namespace

Table parse_table(std::string_view name, std::string_view statement) { return TableParser(name, statement).parse(); }

Names column_names(const Table& table) {
    Names names;
    for (const Column& column : table.columns) names[fold_name(column.name)] = column.name;
    return names;
}

}  // namespace quarry::schema::sqlite

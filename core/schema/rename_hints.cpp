#include "core/schema/rename_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "core/base/text.h"
#include "core/sql/lexemes.h"

namespace quarry::schema {
namespace {

constexpr std::string_view marker = "quarry:renamed";
constexpr std::string_view how_to_write = "write it as: -- quarry:renamed from=old_name";
constexpr std::string_view where_to_write =
    "put it before a CREATE statement or ADD CONSTRAINT, or inside CREATE TABLE, TYPE or DOMAIN before a column, "
    "attribute, constraint or value, or after it on the same line";

struct Hint {
    std::string old_schema;  ///< Empty for the one that the object is in now.
    std::string old_name;
    std::size_t offset = 0;
};

/// What CREATE calls a kind, and what a rename does; a trigger and its like are on what is named behind ON.
struct CreatedKind {
    std::string_view word;
    std::string_view kind;
    bool on_table = false;
};
constexpr std::array<CreatedKind, 12> created_kinds = {{{"schema", "schema"},
                                                        {"type", "type"},
                                                        {"domain", "domain"},
                                                        {"sequence", "sequence"},
                                                        {"function", "function"},
                                                        {"procedure", "function"},
                                                        {"view", "view"},
                                                        {"index", "index"},
                                                        {"statistics", "statistics"},
                                                        {"trigger", "trigger", true},
                                                        {"policy", "policy", true},
                                                        {"rule", "rule", true}}};

/// "app.mood": a name with the schema before it, unless that is the usual one.
struct QualifiedName {
    std::string schema, name;
};

/// Follows the statements of a text as far as is needed to know which table and which column a comment stands at.
class HintReader {
public:
    HintReader(sql::Dialect dialect, const sql::SourceText& source)
        : dialect_(dialect), source_(source), lexer_(dialect, source.text) {}

    std::vector<Rename> read() {
        while (const auto token = lexer_.next()) {
            const std::string_view text = source_.text.substr(token->start, token->end - token->start);
            if (token->kind == sql::TokenKind::line_comment) {
                take_comment(text, token->start);
            } else if (token->kind == sql::TokenKind::space || token->kind == sql::TokenKind::block_comment) {
                if (text.find('\n') != std::string_view::npos) line_has_token_ = false;
                if (!line_has_token_) made_.reset();
            } else {
                made_.reset();
                take({token->kind, text, token->start});
                line_has_token_ = true;
            }
        }
        require_no_pending();
        return std::move(renames_);
    }

private:
    enum class Part { start, created, other, name, before_list, list, object };

    void take(const sql::Lexeme& lexeme) {
        if (lexeme.kind == sql::TokenKind::semicolon) {
            if (part_ == Part::object) end_object();
            require_no_pending();
            part_ = Part::start;
            made_ = std::exchange(ended_, std::nullopt);
            return;
        }
        switch (part_) {
            case Part::start:
                words_.clear();
                ended_.reset();
                if (lexeme.is("create")) {
                    part_ = Part::created;
                } else if (lexeme.is("alter") && dialect_ == sql::Dialect::postgresql) {
                    part_ = Part::object;
                    words_.push_back(lexeme);
                } else {
                    part_ = refuse_pending();
                }
                return;
            case Part::object: take_object(lexeme); return;
            case Part::created: take_create(lexeme); return;
            case Part::name: take_table_name(lexeme); return;
            case Part::before_list: take_before_list(lexeme); return;
            case Part::list: take_in_list(lexeme); return;
            case Part::other: return;
        }
    }

    void take_create(const sql::Lexeme& lexeme) {
        constexpr std::array<std::string_view, 5> between = {"temp", "temporary", "unlogged", "global", "local"};
        if (lexeme.is("table")) {
            part_ = Part::name;
            schema_.clear();
            table_.clear();
        } else if (std::none_of(between.begin(), between.end(), [&](auto word) { return lexeme.is(word); })) {
            part_ = dialect_ == sql::Dialect::postgresql ? Part::object : refuse_pending();
            if (part_ == Part::object) take_object(lexeme);
        }
    }

    /// Behind CREATE and ALTER of anything but a table: all is looked at when the statement ends, but for the values of
    /// an enum.
    void take_object(const sql::Lexeme& lexeme) {
        words_.push_back(lexeme);
        if (begins_attributes()) return begin_attributes();
        if (is_domain() && pending_value_ && words_[words_.size() - 2].is("constraint")) {
            add_domain_constraint(*std::exchange(pending_value_, std::nullopt));
        }
        if (!is_enum() || lexeme.kind != sql::TokenKind::string || !pending_value_) return;
        add_value(*pending_value_);
        pending_value_.reset();
    }

    /// At the parenthesis of CREATE TYPE name AS (...).
    [[nodiscard]] bool begins_attributes() const {
        const std::size_t count = words_.size();
        return count > 3 && words_.front().is("type") && words_[count - 1].text == "(" && words_[count - 2].is("as");
    }
    void begin_attributes() {
        std::size_t at = 1;
        const QualifiedName type = take_qualified(at);
        schema_ = type.schema;
        table_ = type.name;
        begin_list("type", "attribute");
    }

    [[nodiscard]] bool is_domain() const { return words_.size() > 2 && words_.front().is("domain"); }
    /// The one whose name was read last.
    void add_domain_constraint(const Hint& hint) {
        std::size_t at = 1, name = words_.size() - 1;
        while (name > at && !words_[name - 1].is("constraint")) --name;
        const QualifiedName domain = take_qualified(at);
        add(hint, {shown(domain) + "." + single_name(hint), sql::name_of(dialect_, words_[name]), "constraint"});
    }
    [[nodiscard]] bool has_domain_constraint() const {
        return is_domain() &&
               std::any_of(words_.begin(), words_.end() - 1, [](const auto& word) { return word.is("constraint"); });
    }

    [[nodiscard]] bool is_enum() const {
        if (words_.size() < 3 || !words_.front().is("type")) return false;
        return std::any_of(words_.begin() + 2, words_.end(), [](const sql::Lexeme& word) { return word.is("enum"); });
    }

    void add_value(const Hint& hint) {
        std::size_t at = 1;
        const QualifiedName type = take_qualified(at);
        add(hint, {shown(type) + "." + single_name(hint), sql::string_value(words_.back().text), "value"});
    }

    void end_object() {
        if (pending_value_) throw misplaced(*pending_value_);
        ended_ = words_.front().is("alter") ? added_constraint() : created_object();
        if (pending_ && ended_) add_made(*std::exchange(pending_, std::nullopt), *ended_);
    }

    /// What a statement makes.
    struct Made {
        std::string kind;
        QualifiedName name;
        std::string table{};  ///< That it is on; empty for what stands alone in its schema.
    };

    [[nodiscard]] std::optional<Made> created_object() const {
        const auto is = [&](std::size_t i, std::string_view word) { return i < words_.size() && words_[i].is(word); };
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const auto found = std::find_if(created_kinds.begin(), created_kinds.end(),
                                            [&](const CreatedKind& kind) { return is(i, kind.word); });
            if (found == created_kinds.end()) continue;
            std::size_t at = i + 1;
            while (is(at, "if") || is(at, "not") || is(at, "exists") || is(at, "concurrently")) ++at;
            return made_by(*found, at);
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Made> made_by(const CreatedKind& kind, std::size_t at) const {
        Made made{std::string(kind.kind), take_qualified(at)};
        const bool is_index = kind.kind == "index";
        if (kind.on_table || is_index) {
            while (at < words_.size() && !words_[at].is("on")) ++at;
            if (kind.kind == "rule") {
                while (at < words_.size() && !words_[at].is("to")) ++at;
            }
            ++at;
            if (at < words_.size() && words_[at].is("only")) ++at;
            const QualifiedName table = take_qualified(at);
            if (is_index) {
                made.name.schema = table.schema;
            } else {
                made.table = shown(table);
            }
        }
        return made.name.name.empty() ? std::nullopt : std::optional(std::move(made));
    }

    /// ALTER TABLE or DOMAIN ... ADD CONSTRAINT name.
    [[nodiscard]] std::optional<Made> added_constraint() const {
        std::size_t at = 2;
        if (words_.size() < at || (!words_[1].is("table") && !words_[1].is("domain"))) return std::nullopt;
        while (at < words_.size() && (words_[at].is("if") || words_[at].is("exists") || words_[at].is("only"))) ++at;
        const QualifiedName table = take_qualified(at);
        const bool adds = at + 2 < words_.size() && words_[at].is("add") && words_[at + 1].is("constraint");
        if (!adds) return std::nullopt;
        return Made{"constraint", {"", sql::name_of(dialect_, words_[at + 2])}, shown(table)};
    }

    void add(const Hint& hint, Rename rename) {
        rename.where = source_.location(hint.offset);
        renames_.push_back(std::move(rename));
    }

    void add_made(const Hint& hint, const Made& made) {
        if (made.table.empty()) return add_alone(hint, made.name, made.kind);
        add(hint, {made.table + "." + single_name(hint), made.name.name, made.kind});
    }

    /// What stands alone in its schema: the old one may be another.
    void add_alone(const Hint& hint, const QualifiedName& name, const std::string& kind) {
        const std::string before = hint.old_schema.empty() ? name.schema : hint.old_schema;
        const bool moved = before != name.schema;
        add(hint, {shown({before, hint.old_name}),
                   moved ? (name.schema.empty() ? usual_schema() : name.schema) + "." + name.name : name.name, kind});
    }

    /// The name that begins at a word; `at` goes behind it.
    [[nodiscard]] QualifiedName take_qualified(std::size_t& at) const {
        QualifiedName name;
        if (at >= words_.size() || !words_[at].is_name()) return name;
        name.name = sql::name_of(dialect_, words_[at++]);
        if (at + 1 < words_.size() && words_[at].text == "." && words_[at + 1].is_name()) {
            name.schema = unless_usual(std::exchange(name.name, sql::name_of(dialect_, words_[at + 1])));
            at += 2;
        }
        return name;
    }

    [[nodiscard]] std::string usual_schema() const { return dialect_ == sql::Dialect::sqlite ? "main" : "public"; }
    [[nodiscard]] std::string unless_usual(std::string schema) const {
        return ascii_lower(schema) == usual_schema() ? std::string() : schema;
    }
    [[nodiscard]] static std::string shown(const QualifiedName& name) {
        return name.schema.empty() ? name.name : name.schema + "." + name.name;
    }

    void take_table_name(const sql::Lexeme& lexeme) {
        if (table_.empty() && (lexeme.is("if") || lexeme.is("not") || lexeme.is("exists"))) return;
        if (!lexeme.is_name() && lexeme.kind != sql::TokenKind::string) {
            part_ = refuse_pending();
            return;
        }
        table_ = sql::name_of(dialect_, lexeme);
        part_ = Part::before_list;
    }

    void take_before_list(const sql::Lexeme& lexeme) {
        if (lexeme.text == ".") {
            schema_ = table_;
            part_ = Part::name;
            return;
        }
        begin_list("", "");
        if (lexeme.text != "(") part_ = Part::other;  // AS SELECT, PARTITION OF: no columns that could be renamed.
    }

    /// Of a table's columns, or a type's attributes.
    void begin_list(std::string kind, std::string item_kind) {
        list_kind_ = std::move(kind);
        item_kind_ = std::move(item_kind);
        const std::string schema = unless_usual(schema_);
        const std::string prefix = schema.empty() ? "" : schema + ".";
        ended_ = Made{list_kind_, {schema, table_}};
        if (pending_) add_made(*std::exchange(pending_, std::nullopt), *ended_);
        path_ = prefix + table_;
        part_ = Part::list;
        depth_ = 1;
        column_.clear();
        at_item_start_ = true;
    }

    void take_in_list(const sql::Lexeme& lexeme) {
        if (lexeme.text == "(") ++depth_;
        if (lexeme.text == ")" && --depth_ == 0) {
            require_no_pending();
            part_ = Part::other;
        } else if (lexeme.text == "," && depth_ == 1) {
            at_item_start_ = true;
        } else if (at_item_start_) {
            at_item_start_ = false;
            begin_item(lexeme);
        } else if (expects_constraint_) {
            expects_constraint_ = false;
            constraint_ = sql::name_of(dialect_, lexeme);
            if (pending_) add_constraint(*std::exchange(pending_, std::nullopt));
        }
    }

    void begin_item(const sql::Lexeme& lexeme) {
        constexpr std::array<std::string_view, 7> constraints = {"constraint", "primary", "unique", "check",
                                                                 "foreign",    "exclude", "like"};
        const bool constraint =
            std::any_of(constraints.begin(), constraints.end(), [&](auto word) { return lexeme.is(word); });
        expects_constraint_ = lexeme.is("constraint");
        constraint_.clear();
        column_ = constraint ? "" : sql::name_of(dialect_, lexeme);
        if (expects_constraint_) return;
        if (constraint) (void)refuse_pending();
        if (pending_) add_column(*pending_);
        pending_.reset();
    }

    void take_comment(std::string_view comment, std::size_t offset) {
        const std::string_view said = trim(comment.substr(2));
        if (!said.starts_with(marker)) return;
        Hint hint = hint_in(said.substr(marker.size()), offset);
        if (made_) return add_made(hint, *made_);
        if (part_ == Part::start && line_has_token_) throw misplaced(hint);
        if (part_ == Part::object && is_enum()) {
            if (line_has_token_ && words_.back().kind != sql::TokenKind::word) return take_value_comment(hint);
            if (pending_value_) throw misplaced(*pending_value_);
            pending_value_ = std::move(hint);
            return;
        }
        if (part_ == Part::object && has_domain_constraint() && line_has_token_) return add_domain_constraint(hint);
        if (part_ == Part::object && is_domain() && !line_has_token_ && !pending_value_) {
            pending_value_ = std::move(hint);
            return;
        }
        if (part_ == Part::list && !constraint_.empty() && (line_has_token_ || !at_item_start_)) {
            return add_constraint(hint);
        }
        const bool in_column = part_ == Part::list && !column_.empty() && (line_has_token_ || !at_item_start_);
        if (in_column) {
            add_column(hint);
        } else if (part_ == Part::list && column_.empty() && at_item_start_ && line_has_token_) {
            // On the line of CREATE TABLE.
            add_alone(hint, {parent_prefix().empty() ? "" : unless_usual(schema_), table_}, list_kind_);
        } else {
            require_no_pending();
            pending_ = std::move(hint);
            if (part_ == Part::object && !line_has_token_) require_no_pending();
            if (part_ == Part::other || part_ == Part::name || part_ == Part::before_list) require_no_pending();
            if (part_ == Part::list && !at_item_start_) require_no_pending();
        }
    }

    /// Behind a value, or the comma behind it, on its line.
    void take_value_comment(const Hint& hint) {
        std::vector<sql::Lexeme> kept = words_;
        while (!words_.empty() && words_.back().kind != sql::TokenKind::string) words_.pop_back();
        if (words_.empty()) throw misplaced(hint);
        add_value(hint);
        words_ = std::move(kept);
    }

    [[nodiscard]] Hint hint_in(std::string_view rest, std::size_t offset) const {
        const auto malformed = [&] { return malformed_at(offset); };
        if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) throw malformed();
        rest = trim(rest);
        constexpr std::string_view key = "from=";
        if (!rest.starts_with(key)) throw malformed();
        const auto words = sql::lexemes(dialect_, rest.substr(key.size()));
        const bool qualified =
            dialect_ == sql::Dialect::postgresql && words.size() == 3 && words[0].is_name() && words[1].text == ".";
        const bool is_value = words.size() == 1 && words[0].kind == sql::TokenKind::string;
        if (!qualified && !is_value && (words.size() != 1 || !words[0].is_name())) throw malformed();
        Hint hint{qualified ? sql::name_of(dialect_, words[0]) : "",
                  is_value ? sql::string_value(words[0].text) : sql::name_of(dialect_, words.back()), offset};
        if (hint.old_name.empty()) throw malformed();
        return hint;
    }

    [[nodiscard]] Error malformed_at(std::size_t offset) const {
        return source_.error_at(offset, "cannot read this rename", std::string(how_to_write), ErrorCode::usage);
    }
    /// The old name of what stays where it is.
    [[nodiscard]] const std::string& single_name(const Hint& hint) const {
        if (!hint.old_schema.empty()) throw malformed_at(hint.offset);
        return hint.old_name;
    }

    void add_column(const Hint& hint) { add(hint, {path_ + "." + single_name(hint), column_, item_kind_}); }
    void add_constraint(const Hint& hint) { add(hint, {path_ + "." + single_name(hint), constraint_, "constraint"}); }
    [[nodiscard]] std::string parent_prefix() const { return path_.substr(0, path_.size() - table_.size()); }

    [[nodiscard]] Error misplaced(const Hint& hint) const {
        return source_.error_at(hint.offset, "this rename belongs to no table or column", std::string(where_to_write),
                                ErrorCode::usage);
    }
    void require_no_pending() const {
        if (pending_) throw misplaced(*pending_);
    }
    [[nodiscard]] Part refuse_pending() const {
        require_no_pending();
        return Part::other;
    }

    sql::Dialect dialect_;
    const sql::SourceText& source_;
    sql::Lexer lexer_;
    Part part_ = Part::start;
    std::string schema_, table_, path_, column_;
    std::string list_kind_, item_kind_;  ///< Of a rename of what has a list, and of what is in it.
    std::size_t depth_ = 0;
    bool at_item_start_ = false;
    bool line_has_token_ = false;
    bool expects_constraint_ = false;
    std::string constraint_;          ///< Of the item of the list.
    std::vector<sql::Lexeme> words_;  ///< Of a statement that makes something other than a table.
    std::optional<Hint> pending_;
    std::optional<Hint> pending_value_;  ///< Before a value of an enum, or a constraint of a domain.
    std::optional<Made> ended_;          ///< What the statement makes that is being read.
    std::optional<Made> made_;           ///< What a statement made that ended on this line.
    std::vector<Rename> renames_;
};

}  // namespace

std::vector<Rename> read_rename_hints(sql::Dialect dialect, const sql::SourceText& source) {
    return HintReader(dialect, source).read();
}

}  // namespace quarry::schema

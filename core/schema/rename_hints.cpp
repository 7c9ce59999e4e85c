#include "core/schema/rename_hints.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "core/base/text.h"
#include "core/sql/lexemes.h"

namespace quarry::schema {
namespace {

constexpr std::string_view marker = "quarry:renamed";
constexpr std::string_view how_to_write = "write it as: -- quarry:renamed from=old_name";
constexpr std::string_view where_to_write =
    "put it before a CREATE TABLE, or inside one before a column or behind it on its line";

struct Hint {
    std::string old_name;
    std::size_t offset = 0;
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
            } else {
                take({token->kind, text, token->start});
                line_has_token_ = true;
            }
        }
        require_no_pending();
        return std::move(renames_);
    }

private:
    enum class Part { start, created, other, name, before_list, list };

    void take(const sql::Lexeme& lexeme) {
        if (lexeme.kind == sql::TokenKind::semicolon) {
            require_no_pending();
            part_ = Part::start;
            return;
        }
        switch (part_) {
            case Part::start: part_ = lexeme.is("create") ? Part::created : refuse_pending(); return;
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
            part_ = refuse_pending();
        }
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
        begin_table();
        if (lexeme.text != "(") {  // AS SELECT, PARTITION OF: no list of columns that could have been renamed.
            part_ = Part::other;
            return;
        }
        part_ = Part::list;
        depth_ = 1;
        column_.clear();
        at_item_start_ = true;
    }

    void begin_table() {
        const std::string_view usual = dialect_ == sql::Dialect::sqlite ? "main" : "public";
        const std::string prefix = schema_.empty() || ascii_lower(schema_) == usual ? "" : schema_ + ".";
        if (pending_) renames_.push_back({prefix + pending_->old_name, table_});
        pending_.reset();
        path_ = prefix + table_;
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
        }
    }

    void begin_item(const sql::Lexeme& lexeme) {
        constexpr std::array<std::string_view, 7> constraints = {"constraint", "primary", "unique", "check",
                                                                 "foreign",    "exclude", "like"};
        const bool constraint =
            std::any_of(constraints.begin(), constraints.end(), [&](auto word) { return lexeme.is(word); });
        if (constraint) (void)refuse_pending();
        column_ = constraint ? "" : sql::name_of(dialect_, lexeme);
        if (pending_) add_column(*pending_);
        pending_.reset();
    }

    void take_comment(std::string_view comment, std::size_t offset) {
        const std::string_view said = trim(comment.substr(2));
        if (!said.starts_with(marker)) return;
        Hint hint{old_name_in(said.substr(marker.size()), offset), offset};
        const bool in_column = part_ == Part::list && !column_.empty() && (line_has_token_ || !at_item_start_);
        if (in_column) {
            add_column(hint);
        } else if (part_ == Part::list && column_.empty() && at_item_start_ && line_has_token_) {
            renames_.push_back({parent_prefix() + hint.old_name, table_});  // On the line of CREATE TABLE itself.
        } else {
            require_no_pending();
            pending_ = std::move(hint);
            if (part_ == Part::other || part_ == Part::name || part_ == Part::before_list) require_no_pending();
            if (part_ == Part::list && !at_item_start_) require_no_pending();
        }
    }

    [[nodiscard]] std::string old_name_in(std::string_view rest, std::size_t offset) const {
        const auto malformed = [&] {
            return source_.error_at(offset, "this rename cannot be understood", std::string(how_to_write),
                                    ErrorCode::usage);
        };
        if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) throw malformed();
        rest = trim(rest);
        constexpr std::string_view key = "from=";
        if (!rest.starts_with(key)) throw malformed();
        const auto words = sql::lexemes(dialect_, rest.substr(key.size()));
        if (words.size() != 1 || !words.front().is_name()) throw malformed();
        std::string name = sql::name_of(dialect_, words.front());
        if (name.empty()) throw malformed();
        return name;
    }

    void add_column(const Hint& hint) { renames_.push_back({path_ + "." + hint.old_name, column_}); }
    [[nodiscard]] std::string parent_prefix() const { return path_.substr(0, path_.size() - table_.size()); }

    void require_no_pending() const {
        if (!pending_) return;
        throw source_.error_at(pending_->offset, "this rename belongs to no table or column",
                               std::string(where_to_write), ErrorCode::usage);
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
    std::size_t depth_ = 0;
    bool at_item_start_ = false;
    bool line_has_token_ = false;
    std::optional<Hint> pending_;
    std::vector<Rename> renames_;
};

}  // namespace

std::vector<Rename> read_rename_hints(sql::Dialect dialect, const sql::SourceText& source) {
    return HintReader(dialect, source).read();
}

}  // namespace quarry::schema

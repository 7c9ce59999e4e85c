#pragma once

#include "core/db/sqlite_api.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::lexical {

/// Makes FTS5 tables of this connection cut text with a quicker tokenizer of the name `unicode61`.
///
/// It gives the very tokens that FTS5's own gives, so an index may be made with the one and read with the other, by
/// any sqlite3. ASCII, which nearly all analysed terms are, it cuts itself; all else it hands to FTS5's own, and so
/// it does everything when the table sets token characters, separators or categories.
///
/// Before the connection touches any FTS5 table. Does nothing where SQLite has no FTS5, whose absence is told when it
/// is needed.
void register_term_tokenizer(SQLite::Database& database);

/// FTS5's tokenizer as `chunk_terms` uses it, by itself, for text that does not go through SQL. One thread has one; it
/// costs nothing until it is used.
class TermTokenizer {
public:
    TermTokenizer();
    ~TermTokenizer();
    TermTokenizer(TermTokenizer&&) noexcept;
    TermTokenizer& operator=(TermTokenizer&&) noexcept;

    /// The tokens of a text, in order. Throws Error where SQLite has no FTS5.
    [[nodiscard]] std::vector<std::string> tokens(std::string_view text);

private:
    struct Instance;
    std::unique_ptr<Instance> instance_;
};

}  // namespace quarry::lexical

#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace quarry {

/// Makes FTS5 tables of this connection cut text with a quicker tokenizer of the name `unicode61`.
///
/// It gives the very tokens that FTS5's own gives, so an index may be made with the one and read with the other, by
/// any sqlite3. ASCII, which nearly all analysed terms are, it cuts itself; all else it hands to FTS5's own, and so
/// it does everything when the table sets token characters, separators or categories.
///
/// Before the connection touches any FTS5 table. Does nothing where SQLite has no FTS5, whose absence is told when it
/// is needed.
void register_term_tokenizer(SQLite::Database& database);

}  // namespace quarry

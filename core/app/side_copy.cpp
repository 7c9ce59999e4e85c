// What a base keeps beside its documents, in another engine.
#include "core/app/side_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/store/side_tables.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

using store::SideRow;
using store::SideTable;

bool begin_alike(const SideRow& one, const SideRow& other, std::size_t count) {
    return std::equal(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(count), other.begin());
}

/// Whether the key of one is before that of another.
bool is_before(const SideTable& table, const SideRow& one, const SideRow& other) {
    const auto end = static_cast<std::ptrdiff_t>(table.key);
    return std::lexicographical_compare(one.begin(), one.begin() + end, other.begin(), other.begin() + end);
}

/// The rows of a table, page by page.
class SideCursor {
public:
    SideCursor(store::SideTables& tables, const SideTable& table) : tables_(tables), table_(table) { read(nullptr); }

    /// Null behind the last.
    [[nodiscard]] const SideRow* row() const { return at_ < rows_.size() ? &rows_[at_] : nullptr; }
    void next() {
        if (++at_ < rows_.size()) return;
        const SideRow last = std::move(rows_.back());
        read(&last);
    }

private:
    void read(const SideRow* after) {
        rows_ = tables_.rows(table_, after);
        at_ = 0;
    }

    store::SideTables& tables_;
    const SideTable& table_;
    std::vector<SideRow> rows_;
    std::size_t at_ = 0;
};

/// What one copy of a table needs. Borrows all of it.
struct SideTableCopy {
    store::SideTables &from, &to;
    const SideTable& table;
    const std::filesystem::path& target;
    Services& services;

    /// Calls `write` with the rows that the copy does not have as they are, some at a time.
    template <typename Write>
    void for_each_missing(Write&& write) {
        std::vector<SideRow> missing;
        SideCursor wanted(from, table), there(to, table);
        for (; wanted.row() != nullptr; wanted.next()) {
            services.cancel.check();
            if (!has(there, *wanted.row())) missing.push_back(*wanted.row());
            if (missing.size() >= table.at_once) write(std::exchange(missing, {}));
        }
        if (!missing.empty()) write(std::move(missing));
    }

private:
    [[nodiscard]] bool has(SideCursor& there, const SideRow& row) {
        while (there.row() != nullptr && is_before(table, *there.row(), row)) there.next();
        if (there.row() == nullptr || !begin_alike(*there.row(), row, table.key)) return false;
        if (begin_alike(*there.row(), row, table.fixed)) return *there.row() == row;
        throw Error(
            ErrorCode::usage,
            fmt::format("{} has other {} than the base to copy", wire::display_uri(target.string()), table.content),
            "copy to a new base");
    }
};

/// What the copy has under another id, made there or left of a copy before, is not put aside.
void put(store::SideTables& copy, const SideTable& table, const std::vector<SideRow>& rows,
         const std::filesystem::path& target) {
    try {
        copy.put(table, rows);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::failed) throw;
        throw Error(ErrorCode::failed,
                    fmt::format("cannot put {} into the copy {}", table.content, wire::display_uri(target.string())),
                    "it may have others of the same name, left of a copy before: copy to a new base")
            .because(error.what());
    }
}

}  // namespace

std::uint64_t copy_side_tables(const std::filesystem::path& from, const std::filesystem::path& to, Services& services) {
    const auto source = store::open_side_tables(from, store::StoreMode::read);
    const auto copy = store::open_side_tables(to, store::StoreMode::write);
    std::uint64_t written = 0;
    for (const SideTable& table : store::side_tables()) {
        SideTableCopy one{*source, *copy, table, to, services};
        one.for_each_missing([&](const std::vector<SideRow>& rows) {
            put(*copy, table, rows, to);
            written += rows.size();
            services.notices.progress(fmt::format("copying {}: {} records", table.content, written));
        });
        one.for_each_missing([&](const std::vector<SideRow>& rows) {
            throw Error(ErrorCode::failed,
                        fmt::format("the copy {} is not what it should be", wire::display_uri(to.string())),
                        "run the command again")
                .because(
                    fmt::format("{} records of {} do not come back as they were written", rows.size(), table.content));
        });
    }
    services.notices.progress("");
    return written;
}

}  // namespace quarry::app

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/store/store.h"

namespace quarry::store {

struct ChunkFilter;

/// A value in the metadata of a source or its document.
struct SourceValue {
    /// Stands for a value that is not in the index; orders behind all that are.
    struct LeftOut {
        friend bool operator==(const LeftOut&, const LeftOut&) { return true; }
        friend bool operator<(const LeftOut&, const LeftOut&) { return false; }
    };
    using Value = std::variant<double, std::string, LeftOut>;

    std::string name;  ///< The names above it with dots between; '#' of a tag.
    Value value;

    friend bool operator==(const SourceValue&, const SourceValue&) = default;
};

/// All values that a test of a filter may find in metadata, each once, sorted. Tests look at the source's metadata
/// before the document's; here are both.
[[nodiscard]] std::vector<SourceValue> source_values(std::string_view metadata_json,
                                                     std::string_view document_metadata_json);

/// The table source_values: by which values a source can be found, without reading the metadata of all.
///
/// It is derived: every change of a source goes with a `replace` in the same transaction, and `fill` makes it anew. It
/// answers with more sources than a filter lets through, never with fewer; the caller looks at each. Borrows the
/// statements; throws SQLite::Exception.
class SourceValues {
public:
    explicit SourceValues(db::StatementCache& statements) : statements_(statements) {}

    /// Whether it has every source, under the rules of this program.
    [[nodiscard]] bool complete() const;
    /// The values of a source as it is stored; none without a document.
    [[nodiscard]] std::vector<SourceValue> stored(std::int64_t source_id) const;
    /// Takes a source from under `before` to under `after`. In a transaction.
    void replace(std::int64_t source_id, const std::vector<SourceValue>& before, const std::vector<SourceValue>& after);
    /// Makes it anew, for all sources. In a transaction. `progress` is told how many sources are done; what it throws
    /// ends the work.
    void fill(const std::function<void(std::uint64_t done, std::uint64_t total)>& progress = {});

    /// The sources that one of the filter's tests can hold for, ascending: of the test with the fewest. Nothing where
    /// no test can be looked up, or where there are so many that reading all sources is as quick.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> candidates(const ChunkFilter& filter) const;

    /// What is missing from it, and what it has too much of; nothing while it is not complete.
    [[nodiscard]] std::vector<VerifyFinding> verify() const;

private:
    struct Lookup;
    /// The sources with such values; nothing when there are more than `most`.
    [[nodiscard]] std::optional<std::vector<std::int64_t>> found(const Lookup& lookup, std::size_t most) const;

    db::StatementCache& statements_;
};

}  // namespace quarry::store

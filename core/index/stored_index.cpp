// Searching the files of an index.

#include "core/index/stored_index.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/hash.h"

namespace quarry::index {
namespace {

/// With a filter that lets through less than one row in this many, those rows are looked at one by one: walking a
/// graph most of whose rows do not count finds them later, or not at all.
constexpr std::size_t sparse_filter = 10;
/// A walk that is to find more than one row in this many looks at so much that a scan is as fast.
constexpr std::size_t widest_walk = 50;
/// Below this many bytes a file is looked at in memory from the first search on.
constexpr std::uint64_t large_file = std::uint64_t{128} << 20;
/// A vector is longer than its row of codes by this factor at most.
constexpr float beyond_codes = 1.25F;

/// Which rows of a file the filter lets through.
RowSet rows_within(const VectorFile& file, const IdSet& within) {
    RowSet rows(file.count(), false);
    const std::span<const VectorKey> keys = file.keys();
    if (within.count() < keys.size() / 20) {
        for (const std::int64_t id : within.ids()) {
            if (const std::optional<std::size_t> row = file.find(id)) rows.insert(*row);
        }
        return rows;
    }
    for (std::size_t row = 0; row < keys.size(); ++row) {
        if (within.contains(keys[row].id)) rows.insert(row);
    }
    return rows;
}

bool is_better_vector(const ScoredVector& left, const ScoredVector& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.id < right.id;
}

/// Whether a row of the file can have this score, by the header, which has a checksum; not for what is no number.
bool is_possible(const CodedQuery& query, const VectorFile& file, float score) noexcept {
    return std::abs(score) <= query.length * file.rows().longest * beyond_codes;
}

/// Adds the ids of rows. False when the file is damaged: a score cannot be, or an id is out of order.
bool append_rows(const CodedQuery& query, const VectorFile& file, std::span<const ScoredRow> rows,
                 std::vector<ScoredVector>& to) {
    const std::span<const VectorKey> keys = file.keys();
    for (const ScoredRow& row : rows) {
        const std::int64_t id = keys[row.row].id;
        const bool in_order =
            (row.row == 0 || keys[row.row - 1].id < id) && (row.row + 1 == keys.size() || id < keys[row.row + 1].id);
        if (!in_order || !is_possible(query, file, row.score)) return false;
        to.push_back({id, row.score});
    }
    return true;
}

NearestVectors damaged_index() {
    NearestVectors none;
    none.damaged = true;
    return none;
}

}  // namespace

IndexPaths::IndexPaths(const std::filesystem::path& base, std::string_view embedder_fingerprint) {
    const std::string name =
        fmt::format("{}-{}", base.filename().string(), content_hash(embedder_fingerprint).substr(0, 16));
    main = base.parent_path() / (name + ".vectors");
    changes = base.parent_path() / (name + ".changes");
}

StoredIndex::StoredIndex(IndexPaths paths, VectorFile main, std::optional<VectorFile> changes,
                         const VectorSearchOptions& options)
    : paths_(std::move(paths)), main_(std::move(main)), changes_(std::move(changes)), options_(options) {
    if (!changes_) return;
    for (const std::uint32_t row : changes_->tombstones()) {
        if (row < main_.count() && (removed_.empty() || row > removed_.back())) removed_.push_back(row);
    }
}

std::optional<StoredIndex> StoredIndex::open(const IndexPaths& paths, const VectorSearchOptions& options,
                                             std::string& why) {
    std::optional<VectorFile> main = VectorFile::open(paths.main, why);
    if (!main) return std::nullopt;
    if (!main->is_main()) {
        why = "it holds changes to another";
        return std::nullopt;
    }
    std::string why_no_changes;
    std::optional<VectorFile> changes = VectorFile::open(paths.changes, why_no_changes);
    // Those of another main file are what a writer left that was about to remove them, or is just replacing both.
    if (changes && (!changes->belongs_to(*main) || changes->dimensions() != main->dimensions())) changes.reset();
    return StoredIndex(paths, std::move(*main), std::move(changes), options);
}

std::string_view StoredIndex::generation() const noexcept {
    return changes_ ? changes_->generation() : main_.generation();
}

std::size_t StoredIndex::count() const noexcept {
    return main_.count() - removed_.size() + (changes_ ? changes_->count() : 0);
}

std::uint64_t StoredIndex::bytes() const noexcept { return main_.bytes() + (changes_ ? changes_->bytes() : 0); }

std::vector<VectorKey> StoredIndex::keys() const {
    std::vector<VectorKey> all;
    all.reserve(count());
    const std::span<const VectorKey> of_main = main_.keys();
    auto removed = removed_.begin();
    for (std::size_t row = 0; row < of_main.size(); ++row) {
        if (removed != removed_.end() && *removed == row) {
            ++removed;
        } else {
            all.push_back(of_main[row]);
        }
    }
    if (changes_) {
        const auto middle = static_cast<std::ptrdiff_t>(all.size());
        all.insert(all.end(), changes_->keys().begin(), changes_->keys().end());
        std::inplace_merge(all.begin(), all.begin() + middle, all.end());
    }
    return all;
}

bool StoredIndex::is_sound() const { return main_.is_sound() && (!changes_ || changes_->is_sound()); }

NearestVectors StoredIndex::nearest(std::span<const float> query, std::size_t limit, std::span<const std::int64_t> ids,
                                    const IdSet* within) const {
    if (query.size() != dimensions()) {
        throw Error(ErrorCode::failed, "cannot compare the query with the base's vectors",
                    "make new vectors: quarry embed")
            .because(fmt::format("the query's vector has {} dimensions, a stored one {}", query.size(), dimensions()));
    }
    const CodedQuery coded(query);
    if (limit > 0) ++searches_;
    NearestVectors found;
    found.count = count();
    if (!append_rows(coded, main_, nearest_of_main(coded, limit, within), found.nearest)) return damaged_index();
    if (changes_ && limit > 0) {
        std::optional<RowSet> rows;
        if (within != nullptr) rows = rows_within(*changes_, *within);
        const auto best = scan_rows(coded, rows_of(*changes_), limit, rows ? &*rows : nullptr, options_.threads);
        if (!append_rows(coded, *changes_, best, found.nearest)) return damaged_index();
    }
    std::sort(found.nearest.begin(), found.nearest.end(), is_better_vector);
    if (found.nearest.size() > limit) found.nearest.resize(limit);
    const CodedRows main_rows = rows_of(main_);
    const CodedRows changed_rows = changes_ ? rows_of(*changes_) : CodedRows{};
    RowScorer score_main(coded, main_rows);
    RowScorer score_change(coded, changed_rows);
    std::vector<std::int64_t> wanted(ids.begin(), ids.end());
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (const std::int64_t id : wanted) {
        if (const std::optional<Place> place = locate(id)) {
            const float score = (place->file == &main_ ? score_main : score_change)(place->row);
            if (!is_possible(coded, *place->file, score)) return damaged_index();
            found.asked.push_back({id, score});
        }
    }
    return found;
}

void StoredIndex::discard() const noexcept {
    std::error_code ignored;  // whoever may not write here finds the damage again
    std::filesystem::remove(paths_.main, ignored);
    std::filesystem::remove(paths_.changes, ignored);
}

std::vector<ScoredRow> StoredIndex::nearest_of_main(const CodedQuery& query, std::size_t limit,
                                                    const IdSet* within) const {
    if (limit == 0) return {};
    std::optional<RowSet> rows;
    if (within != nullptr) {
        rows = rows_within(main_, *within);
    } else if (!removed_.empty()) {
        rows.emplace(main_.count(), true);
    }
    if (rows) {
        for (const std::uint32_t row : removed_) rows->erase(row);
    }
    const RowSet* allowed = rows ? &*rows : nullptr;
    const std::size_t searched = rows ? rows->count() : main_.count();
    if (!options_.exact && searched >= main_.count() / sparse_filter && limit < searched / widest_walk) {
        if (const std::optional<GraphView> graph = main_.graph()) return walk(*graph, query, limit, allowed);
    }
    return scan_rows(query, rows_of(main_), limit, allowed, options_.threads);
}

std::vector<ScoredRow> StoredIndex::walk(const GraphView& graph, const CodedQuery& query, std::size_t limit,
                                         const RowSet* within) const {
    const CodedRows rows = rows_of(main_);
    const std::vector<std::uint32_t> met =
        walk_graph(graph, query, rows, std::max(limit + limit / 4, options_.expansion), within);
    // A graph in pieces, or a damaged one, hides what there is.
    if (met.size() < limit) return scan_rows(query, rows, limit, within, options_.threads);
    return best_of(query, rows, met, limit);
}

CodedRows StoredIndex::rows_of(const VectorFile& file) const {
    CodedRows rows = searches_ <= 1 && file.bytes() >= large_file ? file.rows_in_file() : file.rows();
    rows.whole = options_.exact;
    return rows;
}

std::optional<StoredIndex::Place> StoredIndex::locate(std::int64_t id) const noexcept {
    if (changes_) {
        if (const std::optional<std::size_t> row = changes_->find(id)) return Place{&*changes_, *row};
    }
    const std::optional<std::size_t> row = main_.find(id);
    if (!row || std::binary_search(removed_.begin(), removed_.end(), *row)) return std::nullopt;
    return Place{&main_, *row};
}

}  // namespace quarry::index

// Bringing the files of an index up to date with the base.

#include "core/index/index_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/base/error.h"
#include "core/base/file_lock.h"

namespace quarry::index {
namespace {

/// The file of changes holds up to this share of the main file's rows, and always this many.
constexpr std::size_t changes_share = 10;
constexpr std::size_t always_changes = 2'000;
constexpr std::size_t vectors_between_looks = 1'024;

std::uint64_t size_of(const std::filesystem::path& path) {
    std::error_code missing;
    const std::uint64_t size = std::filesystem::file_size(path, missing);
    return missing ? 0 : size;
}

class IndexUpdater {
public:
    IndexUpdater(const VectorSource& source, const IndexPaths& paths, const IndexUpdateOptions& options,
                 const Cancellation& cancellation, const IndexProgress& progress)
        : source_(source),
          paths_(paths),
          options_(options),
          cancellation_(cancellation),
          progress_(progress),
          generation_(source.generation()),
          dimensions_(source.dimensions()) {}

    IndexUpdate run() {
        done_.bytes_before = size_of(paths_.main) + size_of(paths_.changes);
        open();
        if (index_ && index_->generation() == generation_ && !options_.rewrite && !wants_graph(index_->count())) {
            return finish(IndexUpdate::Action::none, index_->count(), index_->has_graph());
        }
        source_.for_each_key([this](const VectorKey& key) { wanted_.push_back(key); });
        std::sort(wanted_.begin(), wanted_.end());
        if (dimensions_ == 0 || wanted_.size() < options_.fewest_rows) {
            index_.reset();
            remove_index(paths_);
            return finish(IndexUpdate::Action::removed, 0, false);
        }
        if (index_ && (index_->dimensions() != dimensions_ || !index_->is_sound())) {
            done_.why = "it is damaged";
            index_.reset();
        }
        // Rows cannot be copied with what they do not have.
        if (index_ && index_->main().has_residuals() != options_.residuals) index_.reset();
        if (index_ && !options_.rewrite && !wants_graph(wanted_.size())) {
            find_differences();
            const std::size_t most = std::max(always_changes, index_->main().count() / changes_share);
            if (tombstones_.size() + changed_.size() <= most) {
                write_changes();
                return finish(IndexUpdate::Action::changed, wanted_.size(), index_->has_graph());
            }
        }
        return rewrite();
    }

private:
    void open() {
        std::string why;
        index_ = StoredIndex::open(paths_, {}, why);
        if (!index_ && done_.bytes_before > 0) done_.why = why;
    }

    /// Whether there should be a graph, and is none.
    [[nodiscard]] bool wants_graph(std::size_t rows) const {
        return options_.build_graph && can_build_graph() && rows * dimensions_ >= options_.graph_from_bytes &&
               !(index_ && index_->has_graph());
    }

    IndexUpdate finish(IndexUpdate::Action action, std::size_t rows, bool graph) {
        done_.action = action;
        done_.rows = rows;
        done_.graph = graph;
        done_.bytes = size_of(paths_.main) + size_of(paths_.changes);
        return done_;
    }

    /// Compares what is wanted with the main file: rows of it that went, and keys that came.
    void find_differences() {
        const std::span<const VectorKey> have = index_->main().keys();
        auto key = wanted_.begin();
        for (std::size_t row = 0; row < have.size(); ++row) {
            while (key != wanted_.end() && *key < have[row]) changed_.push_back(*key++);
            if (key != wanted_.end() && *key == have[row]) {
                ++key;
            } else {
                tombstones_.push_back(static_cast<std::uint32_t>(row));
            }
        }
        changed_.insert(changed_.end(), key, wanted_.end());
    }

    void write_changes() {
        remove_leftovers(paths_.changes);
        VectorFileWriter writer(paths_.changes, dimensions_, changed_, tombstones_,
                                {.residuals = options_.residuals, .split = !options_.residuals});
        fill(writer, changed_);
        writer.commit(generation_, &index_->main());
    }

    IndexUpdate rewrite() {
        remove_leftovers(paths_.main);
        // A graph of before is not given up for want of time alone: the next update builds it.
        const bool graph =
            options_.build_graph && can_build_graph() && wanted_.size() * dimensions_ >= options_.graph_from_bytes;
        const VectorFileForm form{.residuals = options_.residuals, .split = !options_.residuals && !graph};
        VectorFileWriter writer(paths_.main, dimensions_, wanted_, {}, form);
        fill(writer, wanted_);
        if (graph) {
            const CodedRows rows = writer.rows();
            writer.add_graph(build_graph(rows, options_.graph, options_.threads, cancellation_, progress_),
                             options_.graph);
        }
        cancellation_.check();
        writer.commit(generation_, nullptr);
        // From here on the changes belong to no main file; a reader that still sees them passes over them.
        std::error_code ignored;
        std::filesystem::remove(paths_.changes, ignored);
        return finish(IndexUpdate::Action::rewritten, wanted_.size(), graph);
    }

    /// Gives the rows of `keys` their vectors: from the index where it has them, from the base else.
    void fill(VectorFileWriter& writer, std::span<const VectorKey> keys) {
        std::vector<std::int64_t> missing;
        std::size_t set = 0;
        for (std::size_t row = 0; row < keys.size(); ++row) {
            if (!copy_from_index(writer, row, keys[row])) missing.push_back(keys[row].id);
        }
        const VectorSource::VisitVector take = [&](std::int64_t id, std::span<const float> vector) {
            cancellation_.check();
            const auto at = std::lower_bound(keys.begin(), keys.end(), id,
                                             [](const VectorKey& key, std::int64_t wanted) { return key.id < wanted; });
            if (at == keys.end() || at->id != id || vector.size() != dimensions_) return;
            writer.set(static_cast<std::size_t>(at - keys.begin()), vector);
            if (++set % vectors_between_looks == 0 && progress_) progress_(set, missing.size());
        };
        missing.size() == keys.size() && keys.size() == wanted_.size() ? source_.for_each_vector(take)
                                                                       : source_.vectors_of(missing, take);
        if (set >= missing.size()) return;
        throw DamagedVectors(missing.size() - set, dimensions_);
    }

    bool copy_from_index(VectorFileWriter& writer, std::size_t row, const VectorKey& key) const {
        if (!index_) return false;
        for (const VectorFile* file : {index_->changes() ? &*index_->changes() : nullptr, &index_->main()}) {
            if (file == nullptr) continue;
            const std::optional<std::size_t> from = file->find(key.id);
            if (!from || file->keys()[*from] != key) continue;
            writer.copy(row, *file, *from);
            return true;
        }
        return false;
    }

    const VectorSource& source_;
    const IndexPaths& paths_;
    const IndexUpdateOptions& options_;
    const Cancellation& cancellation_;
    const IndexProgress& progress_;
    std::string generation_;
    std::size_t dimensions_;
    std::optional<StoredIndex> index_;
    std::vector<VectorKey> wanted_;
    std::vector<VectorKey> changed_;         ///< Those of `wanted_` that the main file has not.
    std::vector<std::uint32_t> tombstones_;  ///< Rows of the main file that are not in `wanted_`.
    IndexUpdate done_;
};

}  // namespace

DamagedVectors::DamagedVectors(std::size_t count, std::size_t dimensions)
    : Error(Error(ErrorCode::failed, "cannot make the vector index", "quarry docs verify says which are damaged")
                .because(fmt::format("{} of the base's vectors do not have {} dimensions", count, dimensions))) {}

IndexUpdate update_index(const VectorSource& source, const IndexPaths& paths, const IndexUpdateOptions& options,
                         const Cancellation& cancellation, const IndexProgress& progress) {
    const FileLock lock(paths.main.string() + ".lock", options.lock_wait, &cancellation);
    return IndexUpdater(source, paths, options, cancellation, progress).run();
}

std::uint64_t remove_index(const IndexPaths& paths) {
    std::uint64_t bytes = 0;
    for (const std::filesystem::path& path : {paths.changes, paths.main}) {
        bytes += size_of(path);
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
        remove_leftovers(path);
    }
    return bytes;
}

std::vector<std::string> compare_index(const VectorSource& source, const StoredIndex& index,
                                       const Cancellation& cancellation) {
    std::vector<std::string> problems;
    if (!index.is_sound()) problems.emplace_back("it is damaged (the checksum differs)");
    if (index.dimensions() != source.dimensions()) {
        problems.push_back(
            fmt::format("its vectors have {} dimensions, the base's {}", index.dimensions(), source.dimensions()));
        return problems;
    }
    std::vector<VectorKey> wanted;
    source.for_each_key([&](const VectorKey& key) { wanted.push_back(key); });
    const std::vector<VectorKey> have = index.keys();
    const auto count_missing = [](const std::vector<VectorKey>& from, const std::vector<VectorKey>& in) {
        return std::count_if(from.begin(), from.end(),
                             [&](const VectorKey& key) { return !std::binary_search(in.begin(), in.end(), key); });
    };
    if (const auto missing = count_missing(wanted, have); missing > 0) {
        problems.push_back(fmt::format("it lacks {} vectors of the base", missing));
    }
    if (const auto surplus = count_missing(have, wanted); surplus > 0) {
        problems.push_back(fmt::format("it has {} vectors that the base does not have", surplus));
    }
    std::size_t different = 0;
    std::vector<std::int8_t> codes(code_stride(index.dimensions()));
    std::vector<std::int8_t> residuals(codes.size());
    CodeBuffer copied;
    source.for_each_vector([&](std::int64_t id, std::span<const float> vector) {
        cancellation.check();
        const auto holder = index.locate(id);
        if (!holder) return;
        const CodedRows rows = holder->file->rows();
        const RowScale scale = encode_vector(vector, codes.data(), residuals.data());
        const bool same =
            scale.scale == rows.scales[holder->row].scale &&
            std::memcmp(codes.data(), rows.read_codes(holder->row, 1, copied), codes.size()) == 0 &&
            (rows.residuals == nullptr ||
             std::memcmp(residuals.data(), rows.residuals + holder->row * rows.stride, codes.size()) == 0);
        different += same ? 0 : 1;
    });
    if (different > 0) problems.push_back(fmt::format("{} of its vectors differ from the base's", different));
    return problems;
}

}  // namespace quarry::index

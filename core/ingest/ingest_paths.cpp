#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/text.h"
#include "core/ingest/ingest_run.h"

namespace quarry {
namespace {

/// Walks the paths, tells files to be read from unchanged ones, and reads the former.
class PathIngest {
public:
    PathIngest(Store* store, const std::vector<std::filesystem::path>& paths, const IngestOptions& options,
               const Cancellation& cancellation)
        : store_(store),
          paths_(paths),
          options_(options),
          cancellation_(cancellation),
          given_type_(options.type.empty() ? nullptr : &extractor_by_name(options.type)),
          run_(store, options, cancellation) {}

    IngestReport ingest() {
        run_.renew_base();
        load_known();
        WalkVisitor visitor;
        visitor.file = [&](const WalkedFile& file) { found(file); };
        visitor.skipped = [&](const std::string& path, SkipReason reason) { run_.skipped(path, reason); };
        visitor.failed = [&](const std::string& path, const Error& error) { unreadable(path, error); };
        walk(paths_, visitor, cancellation_);
        read_all();
        if (options_.prune) prune();
        run_.finish();
        return run_.take_report();
    }

    void save() { run_.save(); }

private:
    void load_known() {
        if (store_ == nullptr) return;
        for (const std::filesystem::path& path : paths_) {
            store_->for_each_source(absolute_path(path), [&](const Source& source) {
                if (source.kind == SourceKind::file) known_.try_emplace(source.uri, known_source(source));
            });
        }
    }

    void found(const WalkedFile& file) {
        seen_.insert(file.path);
        ReadTask task;
        task.source.uri = file.path;
        task.source.stamp = file.stamp;
        task.named = file.named;
        task.name = std::filesystem::path(file.path).filename().string();
        task.extractor = given_type_ != nullptr ? given_type_ : find_extractor_for_file(task.name);
        if (const auto known = known_.find(file.path); known != known_.end()) task.known = known->second;
        if (task.extractor == nullptr) {
            unknown_type(task);
        } else if (task.known && task.known->up_to_date(file.stamp, task.extractor->media_type())) {
            run_.unchanged(1);
        } else {
            bytes_ += file.stamp.size;
            tasks_.push_back(std::move(task));
        }
    }

    void unknown_type(const ReadTask& task) {
        if (!task.named) {
            run_.skipped(task.source.uri, SkipReason::unknown_type);
            return;
        }
        std::vector<std::string_view> names;
        for (const auto& extractor : extractors()) names.push_back(extractor->name());
        run_.failed(task.source.uri,
                    Error(ErrorCode::failed, "files of this type cannot be read yet",
                          fmt::format("if it is text, say so with --type: {}", fmt::join(names, ", "))));
    }

    void unreadable(const std::string& path, const Error& error) {
        std::error_code unknown;
        const bool gone = !std::filesystem::exists(path, unknown) && !unknown;
        if (gone && options_.prune && has_known_below(path)) return;  // `prune` takes care of it
        if (!gone) unreadable_.push_back(path);
        run_.failed(path, error);
    }

    [[nodiscard]] static bool is_below(const std::string& path, const std::string& folder) {
        return path.starts_with(folder) &&
               (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
    }

    [[nodiscard]] bool has_known_below(const std::string& folder) const {
        return std::ranges::any_of(known_, [&](const auto& known) { return is_below(known.first, folder); });
    }

    void read_all() {
        run_.expect(tasks_.size(), bytes_);
        const std::uint64_t limit = std::min(options_.max_file_bytes, max_document_bytes);
        for (ReadTask& task : tasks_) {
            const std::uint64_t size = task.source.stamp.size;
            if (size > limit) {
                run_.failed(task, Error(ErrorCode::failed,
                                        fmt::format("it is larger than the limit of {}", human_bytes(limit)),
                                        "the limit is the setting ingest.max_file_bytes"));
                continue;
            }
            task.read = [path = task.source.uri, limit] { return read_file(path, limit); };
            run_.add(std::move(task), size);
        }
    }

    void prune() {
        std::vector<std::string> gone;
        for (const auto& [uri, known] : known_) {
            const bool unknown = std::ranges::any_of(
                unreadable_, [&uri = uri](const std::string& folder) { return is_below(uri, folder); });
            if (!unknown && !seen_.contains(uri)) gone.push_back(uri);
        }
        std::ranges::sort(gone);
        run_.remove(std::move(gone));
    }

    Store* store_;
    const std::vector<std::filesystem::path>& paths_;
    const IngestOptions& options_;
    const Cancellation& cancellation_;
    const Extractor* given_type_;
    std::unordered_map<std::string, KnownSource> known_;
    std::unordered_set<std::string> seen_;   ///< Files that are there, whatever became of them.
    std::vector<std::string> unreadable_;    ///< Folders in which nobody knows what is there.
    std::vector<ReadTask> tasks_;
    std::uint64_t bytes_ = 0;
    IngestRun run_;
};

}  // namespace

IngestReport ingest_paths(Store* store, const std::vector<std::filesystem::path>& paths,
                          const IngestOptions& options, const Cancellation& cancellation) {
    PathIngest ingest(store, paths, options, cancellation);
    try {
        return ingest.ingest();
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) ingest.save();
        throw;
    }
}

}  // namespace quarry

#include <algorithm>
#include <functional>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/base/side_thread.h"
#include "core/base/text.h"
#include "core/ingest/git_files.h"
#include "core/ingest/inputs.h"
#include "core/ingest/selection.h"

namespace quarry::ingest {
namespace {

/// How much of a file without an ending is looked at to tell what it is.
constexpr std::size_t beginning_bytes = 4096;
/// How many files are gone through at most before it is known what the base has.
constexpr std::size_t most_early = 20'000;

bool is_below(const std::string& path, const std::string& folder) {
    return path.starts_with(folder) &&
           (path.size() == folder.size() || folder.ends_with('/') || path[folder.size()] == '/');
}

/// Walks the paths, tells files to be read from unchanged ones, and reads the former.
class FileIngest {
public:
    FileIngest(IngestRun& run, const store::Store* store, const IngestInputs& inputs, const IngestOptions& options,
               const Cancellation& cancellation)
        : run_(run),
          store_(store),
          inputs_(inputs),
          options_(options),
          cancellation_(cancellation),
          selection_(options.include, options.exclude),
          given_type_(options.type.empty() ? nullptr : &extract::extractor_by_name(options.type)) {}

    void ingest() {
        for (const std::filesystem::path& path : inputs_.paths) add_root(path);
        if (options_.git) {
            for (const Root& root : roots_) ask_git(root.folder);
        }
        for (const std::filesystem::path& path : inputs_.listed) add_root(path);
        loading_ = SideThread([this] {
            for (const Root& root : roots_) load_known(root.folder);
        });
        walk_all();
        run_.watch_for(gone_files());
        read_all();
        run_.finish();
        drop_gone();
        run_.finish();
    }

private:
    /// What a run is about: a file, a folder, or what a glob matches in one.
    struct Root {
        std::string folder;
        Selection selection;
    };

    /// A file that the base has.
    struct KnownFile {
        KnownSource state;
        bool seen = false;       ///< It is there, whatever became of it.
        bool unchanged = false;  ///< It need not be read.
    };

    void add_root(const std::filesystem::path& path) {
        Root root{absolute_path(path), selection_};
        if (const std::optional<GlobPath> glob = parse_glob(path)) {
            root.folder = glob->folder;
            root.selection.add_glob(glob->pattern);
        }
        roots_.push_back(std::move(root));
    }

    /// Runs beside the walk, which does not use the store until `wait_for_known` has returned.
    void load_known(const std::string& folder) {
        if (store_ == nullptr) return;
        store_->for_each_source_state(folder, [&](store::SourceState&& state) {
            if (state.kind != store::SourceKind::file) return;
            std::string path = std::move(state.uri);
            known_.try_emplace(std::move(path), KnownFile{known_source(options_, std::move(state))});
        });
    }

    /// Waits for what the base has, and deals with the files that were walked meanwhile.
    void wait_for_known() {
        if (!loading_.joinable()) return;
        loading_.join();
        for (const WalkedFile& file : early_) found(file);
        early_ = {};
    }

    void ask_git(const std::string& folder) {
        GitFiles found = list_git_files(folder, options_.since, cancellation_);
        git_.files.merge(found.files);
        git_.folders.merge(found.folders);
        git_.folders.insert(folder);
        if (found.changed) {
            if (!git_.changed) git_.changed.emplace();
            git_.changed->merge(*found.changed);
        }
        for (const std::string& path : found.deleted) deleted_.insert(path);
    }

    /// Whether a walk through a repository is to see a file or folder.
    [[nodiscard]] bool git_accepts(const std::string& path, bool is_folder) const {
        if (is_folder) return git_.folders.contains(path);
        const auto file = git_.files.find(path);
        if (file == git_.files.end()) return false;
        if (!git_.changed || git_.changed->contains(path)) return true;
        const std::optional<FileStamp> now = stat_file(path);
        return !now || !file->second.is_clean(*now);
    }

    void walk_all() {
        WalkVisitor visitor;
        visitor.file = [&](WalkedFile&& file) {
            if (loading_.joinable() && early_.size() < most_early) return early_.push_back(std::move(file));
            wait_for_known();
            found(file);
        };
        visitor.skipped = [&](const std::string& path, SkipReason reason) {
            wait_for_known();
            run_.skipped(path, reason);
        };
        visitor.failed = [&](const std::string& path, const Error& error) {
            wait_for_known();
            unreadable(path, error);
        };
        WalkOptions walking;
        walking.selection = selection_;
        walking.hidden = options_.hidden;
        walking.gitignore = !options_.git;
        if (options_.git) {
            walking.accept = [this](const std::string& path, bool is_folder) { return git_accepts(path, is_folder); };
        }
        walk(inputs_.paths, walking, visitor, cancellation_);
        wait_for_known();
        walking.accept = {};
        listed_ = true;
        walk(selected_list(), walking, visitor, cancellation_);
    }

    /// The listed paths that `include` and `exclude` leave, which are taken from here on.
    [[nodiscard]] std::vector<std::filesystem::path> selected_list() {
        const std::string here = absolute_path(".");
        std::vector<std::filesystem::path> taken;
        for (const std::filesystem::path& listed : inputs_.listed) {
            const std::string path = absolute_path(listed);
            const bool below = is_below(path, here) && path != here;
            if (selection_.takes(std::string_view(path).substr(below ? here.size() + 1 : 1))) {
                taken.push_back(listed);
            } else {
                run_.skipped(path, SkipReason::excluded);
            }
        }
        return taken;
    }

    void found(const WalkedFile& file) {
        const auto entry = known_.find(file.path);
        KnownFile* const known = entry != known_.end() ? &entry->second : nullptr;
        if (known != nullptr) known->seen = true;
        const std::size_t slash = file.path.rfind('/');
        const std::string_view name = std::string_view(file.path).substr(slash + 1);
        const extract::Extractor* const extractor = type_of(file, name, known);
        if (extractor == nullptr) {
            unknown_type(file);
            return;
        }
        ReadTask task;
        task.extractor = extractor;
        if (is_unchanged(file, known, task)) return;
        task.source.uri = file.path;
        task.source.stamp = file.stamp;
        task.named = file.named && !listed_;
        task.name = name;
        if (known != nullptr) task.known = known->state;
        bytes_ += file.stamp.size;
        tasks_.push_back({std::move(task), file.folder});
    }

    /// By the name; where that says nothing, by how the file begins. Null when neither tells.
    [[nodiscard]] const extract::Extractor* type_of(const WalkedFile& file, std::string_view name,
                                                    const KnownFile* known) {
        if (given_type_ != nullptr) return given_type_;
        const std::size_t dot = name.rfind('.');
        const bool is_open = extract::needs_content(name);
        if (dot != std::string_view::npos && !is_open) {
            const std::string_view ending = name.substr(dot);
            const auto met = types_.find(ending);
            if (met != types_.end()) return met->second;
            return types_.emplace(ending, options_.extractors.find_for_file(name)).first->second;
        }
        if (const extract::Extractor* by_name = options_.extractors.find_for_file(name);
            by_name != nullptr && dot == std::string_view::npos) {
            return by_name;
        }
        try {
            if (known != nullptr && known->state.up_to_date(file.stamp, known->state.media_type)) {
                return &extract::extractor_by_name(known->state.media_type);
            }
            return options_.extractors.find(name, read_beginning(file.folder, path_below(file), beginning_bytes));
        } catch (const Error&) {
            return nullptr;  // It cannot be read, or is known as what nothing here reads.
        }
    }

    /// The path of a file from the folder that it was found in; all of it when there is none.
    [[nodiscard]] static std::string_view path_below(const WalkedFile& file) {
        const std::string_view path = file.path;
        return file.folder.empty() ? path : path.substr(file.folder.size() + !file.folder.ends_with('/'));
    }

    /// Whether a file need not be read. One whose stamp is new may still be the blob that it was. The validator that
    /// is found goes into `task`.
    bool is_unchanged(const WalkedFile& file, KnownFile* known, ReadTask& task) {
        const std::string_view type = task.extractor->media_type();
        const bool same = known != nullptr && known->state.up_to_date(file.stamp, type);
        const GitFile* const tracked = find_tracked(file.path);
        const bool is_clean = tracked != nullptr && tracked->is_clean(file.stamp);
        if (is_clean) task.source.validator = "git " + tracked->blob;
        if (known == nullptr) return false;
        const std::string& validator = known->state.validator;
        const bool same_blob = is_clean && known->state.is_ok(type) && task.source.validator == validator;
        if (!same && !same_blob) return false;
        if (!same || (is_clean && !same_blob)) {
            run_.touch({file.path, file.stamp, std::move(task.source.validator)});
        }
        known->unchanged = true;
        run_.unchanged(1);
        return true;
    }

    [[nodiscard]] const GitFile* find_tracked(const std::string& path) const {
        if (git_.files.empty()) return nullptr;
        const auto found = git_.files.find(path);
        return found != git_.files.end() ? &found->second : nullptr;
    }

    void unknown_type(const WalkedFile& file) {
        if (!file.named || listed_) {
            run_.skipped(file.path, SkipReason::unknown_type);
            return;
        }
        run_.failed(file.path,
                    Error(ErrorCode::failed, "files of this type cannot be read yet", "if it is text: --type text"));
    }

    void unreadable(const std::string& path, const Error& error) {
        std::error_code unknown;
        const bool gone = !std::filesystem::exists(path, unknown) && !unknown;
        const std::optional<GlobPath> glob = parse_glob(path);
        if (gone && options_.prune && has_known_below(glob ? glob->folder : path)) return;  // `drop_gone` does it
        if (!gone) unreadable_.push_back(path);
        run_.failed(path, error);
    }

    [[nodiscard]] bool has_known_below(const std::string& folder) const {
        return std::ranges::any_of(known_, [&](const auto& known) { return is_below(known.first, folder); });
    }

    void read_all() {
        run_.expect(tasks_.size() + inputs_.urls.size(), bytes_);
        const std::uint64_t limit = document_limit(options_);
        for (auto& [task, folder] : tasks_) {
            const std::uint64_t size = task.source.stamp.size;
            if (size > limit) {
                run_.failed(task, over_document_limit(limit));
                continue;
            }
            task.read = [path = task.source.uri, folder = std::move(folder), limit] {
                if (folder.empty()) return read_file(path, limit);
                return read_file_below(folder, std::string_view(path).substr(folder.size() + !folder.ends_with('/')),
                                       limit);
            };
            run_.add(std::move(task), size);
        }
    }

    /// Whether a known file that was not seen can be said to be gone.
    [[nodiscard]] bool is_gone(const std::string& uri) const {
        if (git_.changed) return is_gone_since(uri);
        if (std::ranges::any_of(unreadable_, [&](const std::string& folder) { return is_below(uri, folder); })) {
            return false;
        }
        return std::ranges::any_of(roots_, [&](const Root& root) {
            if (uri == root.folder) return true;
            return is_below(uri, root.folder) &&
                   root.selection.takes(std::string_view(uri).substr(root.folder.size() + !root.folder.ends_with('/')));
        });
    }

    /// The same when only what changed was looked at.
    [[nodiscard]] bool is_gone_since(const std::string& uri) const {
        if (deleted_.contains(uri)) return true;
        std::error_code unknown;
        return git_.files.contains(uri) && !std::filesystem::exists(uri, unknown) && !unknown;
    }

    /// The known files that are gone, in order.
    [[nodiscard]] std::vector<IngestRun::GoneFile> gone_files() {
        for (const auto& [uri, known] : known_) {
            const bool is_others = known.state.leaves_collection || !may_change(options_, known.state.collection);
            if (!known.seen && !is_others && is_gone(uri)) gone_.push_back(uri);
        }
        std::ranges::sort(gone_);
        std::vector<IngestRun::GoneFile> files;
        for (const std::string& uri : gone_) {
            const KnownSource& known = known_.at(uri).state;
            std::error_code unknown;
            // One that was left out by new rules, or became a link, is still there: it did not move.
            const bool exists = std::filesystem::exists(uri, unknown);
            if (known.status == store::SourceStatus::ok && !exists && !unknown)
                files.push_back({known.content_hash, uri, known.collection});
        }
        return files;
    }

    /// Removes files that moved; with `prune`, all that are gone. One whose content is in the base under another name
    /// goes as well: it moved in a run that was killed before it could say so.
    void drop_gone() {
        std::unordered_set<std::string> unchanged_hashes;
        const auto key = [](const KnownSource& known) { return known.collection + ' ' + known.content_hash; };
        for (const auto& [uri, known] : known_) {
            if (!gone_.empty() && known.unchanged) unchanged_hashes.insert(key(known.state));
        }
        std::unordered_set<std::string> dropped;
        for (std::string& uri : run_.drop_moved()) dropped.insert(std::move(uri));
        std::vector<std::string> removed;
        for (const std::string& uri : gone_) {
            if (dropped.contains(uri)) continue;
            std::error_code unknown;
            const bool exists = std::filesystem::exists(uri, unknown) || unknown;
            const bool is_elsewhere = !exists && unchanged_hashes.contains(key(known_.at(uri).state));
            if (options_.prune || git_.changed || is_elsewhere) removed.push_back(uri);
        }
        run_.remove(std::move(removed));
    }

    struct FileTask {
        ReadTask task;
        std::string folder;  ///< See WalkedFile.
    };

    IngestRun& run_;
    const store::Store* store_;
    const IngestInputs& inputs_;
    const IngestOptions& options_;
    const Cancellation& cancellation_;
    const Selection selection_;
    const extract::Extractor* given_type_;
    std::vector<Root> roots_;
    std::unordered_map<std::string, KnownFile> known_;
    std::vector<WalkedFile> early_;                               ///< Files that were walked before `known_` was whole.
    std::map<std::string, const extract::Extractor*, std::less<>> types_;  ///< By the endings met so far, with the dot.
    std::vector<std::string> unreadable_;                         ///< Folders in which nobody knows what is there.
    GitFiles git_;
    std::unordered_set<std::string> deleted_;  ///< As git says, with `since`.
    std::vector<std::string> gone_;            ///< Known files that are no longer found, in order.
    std::vector<FileTask> tasks_;
    std::uint64_t bytes_ = 0;
    bool listed_ = false;  ///< The walk is going through the list.
    SideThread loading_;   ///< Fills `known_`; last, since it uses the others.
};

}  // namespace

void ingest_files(IngestRun& run, const store::Store* store, const IngestInputs& inputs, const IngestOptions& options,
                  const Cancellation& cancellation) {
    FileIngest(run, store, inputs, options, cancellation).ingest();
}

}  // namespace quarry::ingest

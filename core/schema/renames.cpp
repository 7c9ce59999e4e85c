#include "core/schema/renames.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <span>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::schema {
namespace {

constexpr std::size_t shortest_common_word = 3;  // "id" is in half of all names.

std::string folded(std::string_view name, bool ignore_case) {
    return ignore_case ? ascii_lower(name) : std::string(name);
}

std::string parent_of(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    return std::string(dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot));
}

std::string path_in(std::string_view parent, std::string_view name) {
    return parent.empty() ? std::string(name) : fmt::format("{}.{}", parent, name);
}

bool names_alike(std::string_view a, std::string_view b) {
    const std::string one = ascii_lower(a), other = ascii_lower(b);
    const std::string& shorter = one.size() < other.size() ? one : other;
    const std::string& longer = one.size() < other.size() ? other : one;
    if (shorter.size() >= shortest_common_word && longer.find(shorter) != std::string::npos) return true;
    return closest(one, std::span<const std::string>(&other, 1)).has_value();
}

/// The share of columns that two tables have in common, of the one that has more.
double shared_parts(const RenameObject& a, const RenameObject& b) {
    const std::set<std::string> parts(a.parts.begin(), a.parts.end());
    const auto shared =
        std::count_if(b.parts.begin(), b.parts.end(), [&](const auto& p) { return parts.count(p) > 0; });
    const std::size_t most = std::max(a.parts.size(), b.parts.size());
    return most == 0 ? 0.0 : static_cast<double>(shared) / static_cast<double>(most);
}

/// How much a drop and an add look like a rename; 0 for not at all.
double likeness(const RenameObject& dropped, const RenameObject& added) {
    const double shared = shared_parts(dropped, added);
    const bool same_signature = !dropped.signature.empty() && dropped.signature == added.signature;
    const bool alike = names_alike(dropped.name, added.name);
    if (!same_signature && !alike && shared < 0.5) return 0;
    return shared * 2 + (same_signature ? 1 : 0) + (alike ? 1.5 : 0);
}

/// Decides the renames of one scope.
class Decision {
public:
    Decision(const RenameScope& scope, const DiffOptions& options) : scope_(scope), options_(options) {}

    std::map<std::string, std::string> made() {
        for (const Rename& rename : options_.renames) take_given(rename);
        for (const RenameObject& object : scope_.before) {
            if (is_dropped(object) && !is_named_as_dropped(object)) ask_about(object);
        }
        if (!undecided_.empty()) throw undecided_error();
        return renames_;
    }

private:
    [[nodiscard]] bool same(std::string_view a, std::string_view b) const {
        return folded(a, scope_.ignore_case) == folded(b, scope_.ignore_case);
    }
    [[nodiscard]] const RenameObject* find(const std::vector<RenameObject>& objects, std::string_view name) const {
        const auto at = std::find_if(objects.begin(), objects.end(), [&](const auto& o) { return same(o.name, name); });
        return at == objects.end() ? nullptr : &*at;
    }
    [[nodiscard]] std::string path(std::string_view name) const {
        return path_in(scope_.parents.empty() ? std::string_view{} : std::string_view(scope_.parents.front()), name);
    }
    [[nodiscard]] const RenameObject* find_path(std::string_view wanted) const {
        for (const RenameObject& object : scope_.before) {
            if (scope_.parents.empty() && same(object.name, wanted)) return &object;
            for (const std::string& parent : scope_.parents) {
                if (same(path_in(parent, object.name), wanted)) return &object;
            }
        }
        return nullptr;
    }
    [[nodiscard]] bool is_dropped(const RenameObject& object) const {
        return find(scope_.after, object.name) == nullptr && renames_.count(object.name) == 0;
    }
    [[nodiscard]] bool is_added(const RenameObject& object) const {
        return find(scope_.before, object.name) == nullptr && taken_.count(object.name) == 0;
    }
    [[nodiscard]] bool is_named_as_dropped(const RenameObject& object) const {
        return std::any_of(options_.not_renamed.begin(), options_.not_renamed.end(),
                           [&](const std::string& name) { return find_path(name) == &object; });
    }

    void take_given(const Rename& rename) {
        const RenameObject* from = find_path(rename.from);
        if (from == nullptr) return;
        const RenameObject* to = find(scope_.after, rename.to);
        const std::string doing =
            fmt::format("cannot rename the {} {} to {}", scope_.kind, path(from->name), rename.to);
        if (to == nullptr) throw no_target(doing, rename.to);
        const auto known = renames_.find(from->name);
        if (known != renames_.end() && known->second == to->name) return;
        if (known != renames_.end() || taken_.count(to->name) > 0) {
            throw Error(ErrorCode::usage, doing + ": there is another rename of or to the same");
        }
        if (find(scope_.after, from->name) != nullptr) {
            throw Error(ErrorCode::usage, fmt::format("{}: the wanted schema still has {}", doing, from->name),
                        "leave the rename out, or rename in two steps");
        }
        if (find(scope_.before, to->name) != nullptr) {
            throw Error(ErrorCode::usage, fmt::format("{}: the old schema has {} already", doing, to->name),
                        "leave the rename out, or rename in two steps");
        }
        accept(*from, *to);
    }

    [[nodiscard]] Error no_target(const std::string& doing, const std::string& to) const {
        std::vector<std::string> names;
        for (const RenameObject& object : scope_.after) names.push_back(object.name);
        const auto near = closest(to, names);
        return Error(ErrorCode::usage, fmt::format("{}: the wanted schema has no such {}", doing, scope_.kind),
                     near ? fmt::format("did you mean {}?", *near) : "");
    }

    void ask_about(const RenameObject& dropped) {
        std::vector<const RenameObject*> candidates;
        for (const RenameObject& added : scope_.after) {
            if (is_added(added) && likeness(dropped, added) > 0) candidates.push_back(&added);
        }
        std::stable_sort(candidates.begin(), candidates.end(), [&](const RenameObject* a, const RenameObject* b) {
            return likeness(dropped, *a) > likeness(dropped, *b);
        });
        if (candidates.empty()) return;
        if (!options_.ask_rename) {
            undecided_.push_back({path(dropped.name), candidates.front()->name});
            return;
        }
        for (const RenameObject* added : candidates) {
            if (options_.ask_rename({path(dropped.name), added->name})) return accept(dropped, *added);
        }
    }

    void accept(const RenameObject& from, const RenameObject& to) {
        renames_[from.name] = to.name;
        taken_.insert(to.name);
    }

    [[nodiscard]] Error undecided_error() const {
        const Rename& first = undecided_.front();
        std::string hint = fmt::format("say which: --rename {}:{} keeps what is in it, --not-renamed {} drops it",
                                       first.from, first.to, first.from);
        for (std::size_t i = 1; i < undecided_.size(); ++i) {
            hint += fmt::format("; and --rename {}:{} or --not-renamed {}", undecided_[i].from, undecided_[i].to,
                                undecided_[i].from);
        }
        return Error(ErrorCode::usage,
                     fmt::format("the {} {} is gone and {} is new: this may be a rename", scope_.kind, first.from,
                                 path_in(parent_of(first.from), first.to)),
                     hint);
    }

    const RenameScope& scope_;
    const DiffOptions& options_;
    std::map<std::string, std::string> renames_;
    std::set<std::string> taken_;
    std::vector<Rename> undecided_;
};

[[noreturn]] void throw_unknown(std::string_view option, const std::string& path,
                                const std::vector<std::string>& before) {
    const auto near = closest(path, before);
    throw Error(ErrorCode::usage, fmt::format("{} {}: the old schema has no {}", option, path, path),
                near ? fmt::format("did you mean {}?", *near) : "");
}

}  // namespace

std::map<std::string, std::string> decide_renames(const RenameScope& scope, const DiffOptions& options) {
    return Decision(scope, options).made();
}

void require_known_renames(const DiffOptions& options, const std::vector<std::string>& before,
                           const std::vector<std::string>& after, bool ignore_case) {
    std::set<std::string> old_paths, new_paths;
    for (const std::string& path : before) old_paths.insert(folded(path, ignore_case));
    for (const std::string& path : after) new_paths.insert(folded(path, ignore_case));
    if (before.empty()) return;
    for (const Rename& rename : options.renames) {
        const std::string from = folded(rename.from, ignore_case);
        if (old_paths.count(from) > 0) continue;
        const std::string parent = parent_of(from);
        const bool in_new_table = !parent.empty() && old_paths.count(parent) == 0 && new_paths.count(parent) > 0;
        const std::string to = path_in(parent, folded(rename.to, ignore_case));
        const bool made_before = old_paths.count(to) > 0 && new_paths.count(to) > 0;
        if (!in_new_table && !made_before) throw_unknown("--rename", rename.from, before);
    }
    for (const std::string& name : options.not_renamed) {
        if (old_paths.count(folded(name, ignore_case)) == 0) throw_unknown("--not-renamed", name, before);
    }
}

}  // namespace quarry::schema

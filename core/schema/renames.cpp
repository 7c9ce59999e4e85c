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

std::string folded_name(std::string_view name, bool ignore_case) {
    return ignore_case ? ascii_lower(name) : std::string(name);
}

/// What is before the last name; a function's arguments are none.
std::string parent_of(std::string_view path) {
    const std::size_t dot = path.substr(0, path.find('(')).rfind('.');
    return std::string(dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot));
}

std::string path_in(std::string_view parent, std::string_view name) {
    return parent.empty() ? std::string(name) : fmt::format("{}.{}", parent, name);
}

/// "type:", as options have it before a name; nothing for tables and columns.
std::string kind_prefix(const std::string& kind) {
    return kind.empty() || kind == "table" || kind == "column" ? "" : kind + ":";
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
double likeness(const RenameObject& dropped, const RenameObject& added, RenameQuestion question) {
    const double shared = shared_parts(dropped, added);
    const bool same_signature = !dropped.signature.empty() && dropped.signature == added.signature;
    const bool alike = names_alike(dropped.name, added.name);
    const bool any = same_signature || shared >= 0.5 || (alike && question == RenameQuestion::any);
    if (!any || question == RenameQuestion::none) return 0;
    return shared * 2 + (same_signature ? 1 : 0) + (alike ? 1.5 : 0);
}

/// Decides the renames of one scope.
class Decision {
public:
    Decision(const RenameScope& scope, const DiffOptions& options) : scope_(scope), options_(options) {
        for (const RenameObject& object : scope.before) before_.emplace(folded(object.name), &object);
        for (const RenameObject& object : scope.after) after_.emplace(folded(object.name), &object);
    }

    std::map<std::string, std::string> made() {
        for (const Rename& rename : options_.renames) {
            if (is_of_kind(rename, scope_.kind)) take_given(rename);
        }
        for (const RenameObject& object : scope_.before) {
            if (is_dropped(object) && !is_named_as_dropped(object)) ask_about(object);
        }
        if (!undecided_.empty()) throw undecided_rename(undecided_);
        return renames_;
    }

private:
    using ByName = std::map<std::string, const RenameObject*, std::less<>>;

    [[nodiscard]] std::string folded(std::string_view name) const { return folded_name(name, scope_.ignore_case); }
    [[nodiscard]] const RenameObject* find(const ByName& objects, std::string_view name) const {
        const auto at = objects.find(folded(name));
        return at == objects.end() ? nullptr : at->second;
    }
    [[nodiscard]] std::string path(std::string_view name) const {
        return path_in(scope_.parents.empty() ? std::string_view{} : std::string_view(scope_.parents.front()), name);
    }
    [[nodiscard]] const RenameObject* find_path(std::string_view wanted) const {
        if (scope_.parents.empty()) return find(before_, wanted);
        for (const std::string& parent : scope_.parents) {
            const std::string prefix = path_in(parent, "");
            if (!folded(wanted).starts_with(folded(prefix))) continue;
            if (const RenameObject* object = find(before_, wanted.substr(prefix.size()))) return object;
        }
        return nullptr;
    }
    [[nodiscard]] bool is_dropped(const RenameObject& object) const {
        return find(after_, object.name) == nullptr && renames_.count(object.name) == 0;
    }
    [[nodiscard]] bool is_added(const RenameObject& object) const {
        return find(before_, object.name) == nullptr && taken_.count(object.name) == 0;
    }
    [[nodiscard]] bool is_named_as_dropped(const RenameObject& object) const {
        const std::string prefix = kind_prefix(kind_of_scope());
        return std::any_of(options_.not_renamed.begin(), options_.not_renamed.end(), [&](const std::string& name) {
            return name.starts_with(prefix) && find_path(std::string_view(name).substr(prefix.size())) == &object;
        });
    }

    void take_given(const Rename& rename) {
        const RenameObject* from = find_path(rename.from);
        if (from == nullptr) return;
        const RenameObject* to = find(after_, rename.to);
        const std::string doing =
            at_place_of(rename, fmt::format("cannot rename the {} {} to {}", scope_.kind, path(from->name), rename.to));
        if (to == nullptr) throw no_target(doing, rename.to);
        const auto known = renames_.find(from->name);
        if (known != renames_.end() && known->second == to->name) return;
        if (known != renames_.end() || taken_.count(to->name) > 0) {
            throw Error(ErrorCode::usage, doing + ": another rename uses the same name");
        }
        if (find(after_, from->name) != nullptr) {
            throw Error(ErrorCode::usage, fmt::format("{}: the wanted schema still has {}", doing, from->name),
                        "leave the rename out, or rename in two steps");
        }
        if (find(before_, to->name) != nullptr) {
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
            if (is_added(added) && likeness(dropped, added, scope_.question) > 0) candidates.push_back(&added);
        }
        std::stable_sort(candidates.begin(), candidates.end(), [&](const RenameObject* a, const RenameObject* b) {
            return likeness(dropped, *a, scope_.question) > likeness(dropped, *b, scope_.question);
        });
        if (candidates.empty()) return;
        if (!options_.ask_rename) {
            undecided_.push_back({path(dropped.name), candidates.front()->name, scope_.kind});
            return;
        }
        for (const RenameObject* added : candidates) {
            const Rename question{path(dropped.name), added->name, kind_of_scope()};
            if (options_.ask_rename(question)) return accept(dropped, *added);
        }
    }

    void accept(const RenameObject& from, const RenameObject& to) {
        renames_[from.name] = to.name;
        taken_.insert(to.name);
    }

    /// As a Rename has it: of tables and columns nothing is said.
    [[nodiscard]] std::string kind_of_scope() const {
        return scope_.kind == "table" || scope_.kind == "column" ? std::string() : scope_.kind;
    }

    const RenameScope& scope_;
    const DiffOptions& options_;
    ByName before_, after_;
    std::map<std::string, std::string> renames_;
    std::set<std::string> taken_;
    std::vector<Rename> undecided_;
};

/// Names of one kind, folded; tables and columns are looked for together.
struct KnownPaths {
    KnownPaths(const RenamePaths& paths, bool ignore_case) {
        for (const auto& [kind, names] : paths) {
            for (const std::string& name : names) {
                by_kind[kind].insert(folded_name(name, ignore_case));
                if (kind == "table" || kind == "column") by_kind[""].insert(folded_name(name, ignore_case));
            }
        }
    }
    [[nodiscard]] bool has(const std::string& kind, const std::string& name) const {
        const auto names = by_kind.find(kind);
        return names != by_kind.end() && names->second.count(name) > 0;
    }
    [[nodiscard]] bool has_any(const std::string& name) const {
        return std::any_of(by_kind.begin(), by_kind.end(), [&](const auto& one) { return one.second.count(name) > 0; });
    }

    std::map<std::string, std::set<std::string>, std::less<>> by_kind;
};

[[noreturn]] void throw_unknown(std::string_view option, const Rename& rename, const RenamePaths& before) {
    std::vector<std::string> names;
    for (const auto& [kind, paths] : before) {
        if (is_of_kind({{}, {}, rename.kind}, kind)) names.insert(names.end(), paths.begin(), paths.end());
    }
    const auto near = closest(rename.from, names);
    std::string hint = near ? fmt::format("did you mean {}{}?", kind_prefix(rename.kind), *near) : "";
    for (const auto& [kind, paths] : rename.where.empty() ? before : RenamePaths()) {
        const bool elsewhere = std::find(paths.begin(), paths.end(), rename.from) != paths.end();
        if (rename.kind.empty() && elsewhere) hint = fmt::format("it has a {}: write {}:{}", kind, kind, rename.from);
    }
    const std::string said =
        rename.where.empty() ? fmt::format("{} {}{}", option, kind_prefix(rename.kind), rename.from) : written(rename);
    throw Error(
        ErrorCode::usage,
        fmt::format("{}: the old schema has no {}{}", said, rename.kind.empty() ? "" : rename.kind + " ", rename.from),
        hint);
}

/// "type:app.mood" as a rename from it.
Rename without_target(const std::string& text) {
    const std::size_t colon = text.find(':');
    const std::string_view kind = std::string_view(text).substr(0, colon);
    if (colon == std::string::npos || std::find(rename_kinds.begin(), rename_kinds.end(), kind) == rename_kinds.end()) {
        return {text, {}};
    }
    return {text.substr(colon + 1), {}, std::string(kind)};
}

void require_kind(const Rename& rename, const RenamePaths& paths) {
    if (rename.kind.empty() || paths.count(rename.kind) > 0) return;
    throw Error(ErrorCode::usage,
                at_place_of(rename, fmt::format("the {} {} cannot be renamed: the database has no statement for it",
                                                rename.kind, rename.from)),
                "leave the rename out: it is dropped and created again, and has no rows");
}

}  // namespace

bool is_of_kind(const Rename& rename, std::string_view kind) {
    return rename.kind.empty() ? kind == "table" || kind == "column" : rename.kind == kind;
}

std::string written(const Rename& rename) {
    if (!rename.where.empty()) return fmt::format("{}: renamed from {}", rename.where, rename.from);
    const std::string prefix = kind_prefix(rename.kind);
    return fmt::format("--rename {}{}{}{}", prefix, rename.from, prefix.empty() ? ':' : '=', rename.to);
}

std::string at_place_of(const Rename& rename, std::string_view problem) {
    return rename.where.empty() ? std::string(problem) : fmt::format("{}: {}", rename.where, problem);
}

Error undecided_rename(const std::vector<Rename>& undecided) {
    const auto options = [](const Rename& one, std::string_view keeps, std::string_view drops) {
        const std::string prefix = kind_prefix(one.kind);
        return fmt::format("--rename {}{}{}{}{} --not-renamed {}{}{}", prefix, one.from, prefix.empty() ? ':' : '=',
                           one.to, keeps, prefix, one.from, drops);
    };
    const Rename& first = undecided.front();
    std::string hint = "say which: " + options(first, " keeps what is in it,", " drops it");
    for (std::size_t i = 1; i < undecided.size(); ++i) hint += "; and " + options(undecided[i], " or", "");
    const bool moves = first.to.find('.') != std::string::npos;
    return Error(ErrorCode::usage,
                 fmt::format("the {} {} is gone and {} is new: this may be a rename", first.kind, first.from,
                             moves ? first.to : path_in(parent_of(first.from), first.to)),
                 hint);
}

std::map<std::string, std::string> decide_renames(const RenameScope& scope, const DiffOptions& options) {
    return Decision(scope, options).made();
}

void require_known_renames(const DiffOptions& options, const RenamePaths& before, const RenamePaths& after,
                           bool ignore_case) {
    for (const Rename& rename : options.renames) require_kind(rename, before);
    const KnownPaths old_paths(before, ignore_case), new_paths(after, ignore_case);
    if (old_paths.by_kind.empty()) return;
    for (const Rename& rename : options.renames) {
        const std::string from = folded_name(rename.from, ignore_case);
        if (old_paths.has(rename.kind, from)) continue;
        const std::string parent = parent_of(from);
        const bool in_new_table = !parent.empty() && !old_paths.has_any(parent) && new_paths.has_any(parent);
        const std::string name = folded_name(rename.to, ignore_case);
        const auto made_before = [&](const std::string& to) {
            return old_paths.has(rename.kind, to) && new_paths.has(rename.kind, to);
        };
        if (in_new_table || made_before(path_in(parent, name)) || made_before(name)) continue;
        throw_unknown("--rename", rename, before);
    }
    for (const std::string& name : options.not_renamed) {
        const Rename dropped = without_target(name);
        if (!old_paths.has(dropped.kind, folded_name(dropped.from, ignore_case))) {
            throw_unknown("--not-renamed", dropped, before);
        }
    }
}

}  // namespace quarry::schema

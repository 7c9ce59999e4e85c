// Which collections a request may read and write.
#include "core/app/collection_scope.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/app/agent_memory.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::app {
namespace {

bool has_name(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

Error no_collection(const std::string& name, const std::vector<std::string>& known, bool may_make) {
    const std::string shown = one_line(strip_terminal_controls(replace_invalid_utf8(name)), 80);
    Error error(ErrorCode::usage, fmt::format("there is no collection {}", shown));
    if (const auto nearest = closest(name, known)) return std::move(error).with_hint("did you mean " + *nearest + "?");
    if (may_make) return std::move(error).with_hint("make it: quarry collections add " + shown);
    return std::move(error).with_hint(fmt::format("there are: {}", fmt::join(known, ", ")));
}

}  // namespace

store::CollectionNames names_in_both(const store::CollectionNames& names, const store::CollectionNames& others) {
    if (!names || !others) return names ? names : others;
    std::vector<std::string> both;
    for (const std::string& name : *names) {
        if (has_name(*others, name)) both.push_back(name);
    }
    return both;
}

store::CollectionNames readable_collections(const store::CollectionRepository& base,
                                            const store::CollectionNames& asked, const CollectionAccess& access) {
    if (!asked) {
        // What agents remember is looked at where it is named, and not as one document among others.
        std::vector<std::string> names = base.collection_names();
        if (std::ranges::none_of(names, is_memory_collection)) return access.readable;
        std::erase_if(names, is_memory_collection);
        return names_in_both(names, access.readable);
    }
    const std::vector<std::string> known = *names_in_both(base.collection_names(), access.readable);
    for (const std::string& name : *asked) {
        if (!has_name(known, name)) throw no_collection(name, known, false);
    }
    return asked;
}

void narrow(store::ChunkFilter& filter, const store::CollectionRepository& base, const CollectionAccess& access) {
    filter.collections = readable_collections(base, filter.collections, access);
}

void check_target_collection(const store::CollectionRepository* base, const std::string& name,
                             const CollectionAccess& access) {
    const std::string target = name.empty() ? std::string(store::main_collection) : name;
    const std::vector<std::string> there =
        base != nullptr ? base->collection_names() : std::vector<std::string>{std::string(store::main_collection)};
    if (!has_name(there, target)) throw no_collection(target, *names_in_both(there, access.readable), true);
    if (!access.writable || has_name(*access.writable, target)) return;
    throw Error(ErrorCode::usage, fmt::format("you may not put documents into the collection {}", target),
                access.writable->empty() ? "ask the owner of the base for access"
                                         : fmt::format("you may into: {}", fmt::join(*access.writable, ", ")));
}

}  // namespace quarry::app

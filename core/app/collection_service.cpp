// Collections: listed, added, removed.
#include "core/app/collection_service.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "core/app/collection_scope.h"
#include "core/app/knowledge_base.h"
#include "core/app/vector_index.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/store.h"

namespace quarry::app {

std::vector<store::Collection> CollectionService::list() const {
    std::vector<store::Collection> all = store::open_store(services_.base_path, store::StoreMode::read)->collections();
    if (const auto& readable = services_.access.readable) {
        std::erase_if(all, [&](const store::Collection& one) {
            return std::ranges::find(*readable, one.name) == readable->end();
        });
    }
    return all;
}

void CollectionService::add(const std::string& name, const std::string& description) {
    store::check_collection_name(name);
    open_or_create_base(services_)->add_collection(name, description, services_.clock());
}

std::size_t CollectionService::remove(const std::string& name, bool sources) {
    const std::unique_ptr<store::Store> store = store::open_store(services_.base_path, store::StoreMode::write);
    const std::vector<store::Collection> all = store->collections();
    const auto found = std::ranges::find(all, name, &store::Collection::name);
    if (found == all.end()) {
        throw Error(ErrorCode::nothing_found,
                    fmt::format("there is no collection {}", one_line(strip_terminal_controls(name), 80)),
                    "quarry collections ls lists them");
    }
    std::size_t removed = 0;
    if (found->sources > 0 && name != store::main_collection) {
        if (!sources) {
            throw Error(ErrorCode::usage,
                        fmt::format("the collection {} has {} document{}", name, found->sources,
                                    found->sources == 1 ? "" : "s"),
                        "to remove them too, add --yes; to keep them, move them first: quarry ingest --collection "
                        "main PATH");
        }
        std::vector<std::string> uris;
        store->for_each_source("", [&](const store::Source& source) {
            if (source.collection == name) uris.push_back(source.uri);
        });
        removed = store->remove(uris);
    }
    if (!store->remove_collection(name)) {
        throw Error(ErrorCode::nothing_found, fmt::format("there is no collection {}", name),
                    "another process has removed it");
    }
    if (removed > 0) update_vector_index(services_, *store);
    return removed;
}

}  // namespace quarry::app

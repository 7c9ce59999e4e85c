// Collections as JSON.
#include "core/wire/collection_json.h"

#include <nlohmann/json.hpp>

#include "core/wire/source_json.h"

namespace quarry::wire {

using Json = nlohmann::ordered_json;

Json collections_json(std::span<const store::Collection> collections) {
    Json json = {{"schema", "quarry.collections/1"}, {"collections", Json::array()}};
    for (const store::Collection& one : collections) {
        Json& entry = json["collections"].emplace_back(Json{{"name", one.name},
                                                            {"description", one.description},
                                                            {"sources", one.sources},
                                                            {"documents", one.documents}});
        if (one.created_at != 0) entry["created_at"] = utc_time(one.created_at);
    }
    return json;
}

Json added_collection_json(const std::string& name, const std::string& description) {
    return {{"schema", "quarry.collections.add/1"}, {"name", name}, {"description", description}};
}

Json removed_collection_json(const std::string& name, std::size_t sources) {
    return {{"schema", "quarry.collections.rm/1"}, {"name", name}, {"removed_sources", sources}};
}

}  // namespace quarry::wire

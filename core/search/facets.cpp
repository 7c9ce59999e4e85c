#include "core/search/facets.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "core/base/bounded_json.h"
#include "core/store/metadata_value.h"
#include "core/store/store.h"

namespace quarry::search {
namespace {

using Counts = std::map<std::string, std::size_t>;

std::vector<SearchFacets::Value> most_frequent(const Counts& counts) {
    constexpr std::size_t most = 50;
    std::vector<SearchFacets::Value> values;
    for (const auto& [value, documents] : counts) values.push_back({value, documents});
    std::ranges::stable_sort(values, std::ranges::greater(), &SearchFacets::Value::documents);
    if (values.size() > most) values.resize(most);
    return values;
}

void add_tags(const std::string& metadata, std::set<std::string>& tags) {
    const auto document = parse_bounded_json<nlohmann::json>(metadata.empty() ? "{}" : metadata);
    if (!document.is_object()) return;
    for (const char* name : store::tag_names) {
        const auto found = document.find(name);
        if (found == document.end()) continue;
        store::for_each_tag(*found, [&](std::string tag) {
            if (!tag.empty()) tags.insert(std::move(tag));
            return true;
        });
    }
}

}  // namespace

SearchFacets facets_of(const store::Store& store, std::span<const SearchHit> hits) {
    Counts collections, types, tags;
    std::set<std::string_view> seen;
    for (const SearchHit& hit : hits) {
        if (!seen.insert(hit.chunk.uri).second) continue;
        const auto source = store.source(hit.chunk.uri);
        if (!source) continue;  // removed meanwhile
        ++collections[source->collection];
        if (!source->media_type.empty()) ++types[source->media_type];
        std::set<std::string> its;
        add_tags(source->metadata_json, its);
        add_tags(source->document_metadata_json, its);
        for (const std::string& tag : its) ++tags[tag];
    }
    return {most_frequent(collections), most_frequent(types), most_frequent(tags)};
}

}  // namespace quarry::search

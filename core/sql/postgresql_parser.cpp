#include "core/sql/postgresql_parser.h"

#include <pg_query.h>
#include <pthread.h>

#include <utility>

#include "core/base/bounded_json.h"

namespace quarry::sql {
namespace {

// The parser writes its tree recursively: "1+1+1+..." is half as deep as it is long, at some hundred bytes a level.
constexpr std::size_t longest_on_this_stack = 8192;
constexpr std::size_t large_stack = std::size_t{64} << 20;

struct Parsing {
    const std::string& text;
    std::string tree;
    bool understood = false;
};

void* parse(void* argument) {
    auto& parsing = *static_cast<Parsing*>(argument);
    const PgQueryParseResult result = pg_query_parse(parsing.text.c_str());
    parsing.understood = result.error == nullptr;
    if (parsing.understood) parsing.tree = result.parse_tree;
    pg_query_free_parse_result(result);
    return nullptr;
}

bool parse_on_large_stack(Parsing& parsing) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return false;
    pthread_t thread{};
    const bool started = pthread_attr_setstacksize(&attributes, large_stack) == 0 &&
                         pthread_create(&thread, &attributes, parse, &parsing) == 0;
    pthread_attr_destroy(&attributes);
    return started && pthread_join(thread, nullptr) == 0;
}

}  // namespace

nlohmann::json parse_postgresql(const std::string& text) {
    if (text.size() > longest_parsed_text || text.find('\0') != std::string::npos) return nullptr;
    Parsing parsing{text, {}, false};
    if (text.size() <= longest_on_this_stack) {
        parse(&parsing);
    } else if (!parse_on_large_stack(parsing)) {
        return nullptr;
    }
    if (!parsing.understood) return nullptr;
    constexpr int deepest_tree = 10'000;
    nlohmann::json tree = parse_bounded_json(parsing.tree, deepest_tree);
    if (!tree.is_object()) return nullptr;
    return tree;  // Never copied: that is recursive too.
}

}  // namespace quarry::sql

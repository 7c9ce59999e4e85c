#include "core/app/response_archive.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/store.h"

namespace quarry::app {
namespace {

Error no_such_response(const std::string& id) {
    return {ErrorCode::nothing_found,
            fmt::format("there is no response {}", one_line(strip_terminal_controls(id), 100))};
}

}  // namespace

void ResponseArchive::keep(const store::ModelResponse& response) const {
    store::open_model_responses(services_.base_path, store::StoreMode::write)->add(principal_, response, most_kept);
}

store::ModelResponse ResponseArchive::find(const std::string& id) const {
    auto found = store::open_model_responses(services_.base_path, store::StoreMode::read)->find(principal_, id);
    if (!found) throw no_such_response(id);
    return std::move(*found);
}

std::vector<store::ModelResponse> ResponseArchive::chain(const std::string& id) const {
    const auto responses = store::open_model_responses(services_.base_path, store::StoreMode::read);
    std::vector<store::ModelResponse> all;
    for (std::string next = id; !next.empty(); next = all.back().previous) {
        if (all.size() == longest_chain) {
            throw Error(ErrorCode::usage, fmt::format("more than {} responses go on from one another", longest_chain),
                        "begin without previous_response_id");
        }
        auto found = responses->find(principal_, next);
        if (!found) throw no_such_response(next);
        all.push_back(std::move(*found));
    }
    std::ranges::reverse(all);
    return all;
}

void ResponseArchive::remove(const std::string& id) const {
    if (!store::open_model_responses(services_.base_path, store::StoreMode::write)->remove(principal_, id)) {
        throw no_such_response(id);
    }
}

}  // namespace quarry::app

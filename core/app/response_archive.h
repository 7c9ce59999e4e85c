#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/store/model_response_repository.h"

namespace quarry::app {

/// The responses of /v1/responses that a base keeps for a principal. Each call opens the base for its duration.
class ResponseArchive {
public:
    ResponseArchive(const Services& services, std::string principal)
        : services_(services), principal_(std::move(principal)) {}

    /// How many of a principal's responses are kept, and how many a request may go on from.
    static constexpr std::size_t most_kept = 1000, longest_chain = 100;

    void keep(const store::ModelResponse& response) const;
    /// Throws Error(nothing_found).
    [[nodiscard]] store::ModelResponse find(const std::string& id) const;
    /// A response and those that it goes on from, the oldest first. Throws Error(nothing_found) when one of them is
    /// not there, and Error(usage) when there are too many.
    [[nodiscard]] std::vector<store::ModelResponse> chain(const std::string& id) const;
    /// Throws Error(nothing_found).
    void remove(const std::string& id) const;

private:
    const Services& services_;
    const std::string principal_;
};

}  // namespace quarry::app

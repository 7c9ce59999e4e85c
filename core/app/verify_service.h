#pragma once

#include "core/answer/verify_answer.h"
#include "core/app/workspace.h"

namespace quarry::app {

/// Checks saved answers against a base as it is now. Thread-safe, as the workspace is, which it borrows.
class VerifyService {
public:
    explicit VerifyService(Workspace& workspace) : workspace_(workspace) {}

    /// Throws Error: what opening the base throws, and interrupted.
    [[nodiscard]] answer::Verification verify(const answer::SavedAnswer& answer, const RequestScope& scope) const {
        const Workspace::Lease parts =
            workspace_.lease({.mode = search::SearchMode::lexical, .reranker = false}, scope);
        return answer::verify_answer(*parts->store, answer, scope.access.readable, nullptr, scope.cancel);
    }

private:
    Workspace& workspace_;
};

}  // namespace quarry::app

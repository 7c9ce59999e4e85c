#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/base/error.h"
#include "core/store/conversation_repository.h"
#include "core/store/store.h"

namespace quarry::app {

/// A conversation under its name as it is stored.
struct ArchivedConversation {
    std::string name;
    std::vector<store::ConversationTurn> turns;
};

/// What was taken out of conversations.
struct RedactedConversations {
    std::uint64_t turns = 0;                         ///< That were changed.
    std::map<std::string, std::uint64_t> taken_out;  ///< By kind.
};

/// The conversations that a base keeps of the services' principal. Each call opens the base for its duration. One
/// thread at a time.
class ConversationArchive {
public:
    explicit ConversationArchive(const Services& services) : services_(services) {}

    /// The one with the latest turn first.
    [[nodiscard]] std::vector<store::ConversationListing> list() const;
    /// Throws Error(nothing_found) when there is none of that name, with the nearest one.
    [[nodiscard]] ArchivedConversation find(const std::string& name) const;
    /// Begins one, under the day's date where the name is empty, and gives its name. Throws Error(usage) for a name
    /// that is taken or cannot be one.
    std::string create(const std::string& name, std::int64_t now);
    /// Throws as `find` does, and Error(usage) for a name that is taken or cannot be one.
    void rename(const std::string& name, const std::string& new_name);
    /// Removes conversations, and gives the names of those that were there still. Throws as `find` does before
    /// anything is removed.
    std::vector<std::string> remove(std::span<const std::string> names);
    /// Takes out of everyone's questions, answers and summaries what is taken out of the documents, or what `kinds`
    /// name (see redact::Redactor::parse_kinds), and leaves nothing of it in the file. Throws Error(usage) when neither
    /// says what.
    RedactedConversations redact(const std::string& kinds);

private:
    [[nodiscard]] std::unique_ptr<store::ConversationRepository> opened(store::StoreMode mode) const;

    const Services& services_;
};

}  // namespace quarry::app

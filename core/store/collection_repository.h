#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/store/document_store.h"

namespace quarry::store {

/// Where a source is that nothing else is said of. Every base has it.
inline constexpr std::string_view main_collection = "main";
/// The longest name of a collection, in bytes.
inline constexpr std::size_t max_collection_name = 64;
/// The longest description, in bytes.
inline constexpr std::size_t max_collection_description = 2'000;

/// Sources that belong together. Each source is in exactly one.
struct Collection {
    std::string name;
    std::string description;
    std::int64_t created_at = 0;  ///< Seconds since 1970; 0 for `main`.
    std::uint64_t sources = 0, documents = 0;
};

/// Which collections something is about, by name: nothing for all of them, an empty list for none.
using CollectionNames = std::optional<std::vector<std::string>>;

/// Throws Error(usage) for what cannot be the name of a collection: 1 to 64 letters, digits, "-", "_" and ".", of
/// ASCII, with a letter or a digit first, so that a name goes through command lines, lists with commas and addresses.
void check_collection_name(std::string_view name);

/// The collections of a base. Used by one thread at a time; each call is a transaction. Throws Error.
class CollectionRepository {
public:
    virtual ~CollectionRepository() = default;

    /// `main` first, the others by name.
    [[nodiscard]] virtual std::vector<Collection> collections() const = 0;
    /// The same without what they hold, which is quicker.
    [[nodiscard]] virtual std::vector<std::string> collection_names() const = 0;
    /// Throws Error(usage) for a name that is taken or cannot be one, and for a description that is too long.
    virtual void add_collection(std::string_view name, std::string_view description, std::int64_t now) = 0;
    /// Removes one without sources; false when there is none of that name. Throws Error(usage) for `main`, and for one
    /// that has sources.
    virtual bool remove_collection(std::string_view name) = 0;
    /// What is in some of them. Content that several share counts once; `file_bytes` is that of the base.
    [[nodiscard]] virtual StoreStats collection_stats(std::span<const std::string> names) const = 0;
};

}  // namespace quarry::store

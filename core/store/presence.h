#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

namespace quarry::store {

/// Names that are held while somebody works with a base, seen by all processes that do. They go with whoever holds
/// them, however that ends. Holding takes nothing from others: many may hold the same name.
///
/// Writes nothing; beside a file it takes microseconds, at a server a way there and back. Used by one thread at a time.
class Presence {
public:
    virtual ~Presence() = default;

    /// Holds a name until `release` or the end of this object, also where a connection was lost meanwhile: then it is
    /// held again as soon as it can be. Throws Error(failed).
    virtual void hold(std::string_view name) = 0;
    virtual void release(std::string_view name) noexcept = 0;
    /// Whether another object holds the name, in this process or another one; true also where that cannot be told yet,
    /// since the server of the base was away. Throws Error(failed).
    [[nodiscard]] virtual bool is_held_elsewhere(std::string_view name) = 0;
    /// How long a name may seem to be let go of that is held again in a moment.
    [[nodiscard]] virtual std::chrono::seconds doubt() const noexcept { return std::chrono::seconds(0); }
};

/// Throws Error(failed) where nothing can be written beside the base.
[[nodiscard]] std::unique_ptr<Presence> open_presence(const std::filesystem::path& base);

}  // namespace quarry::store

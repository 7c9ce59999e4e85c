#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/config/config.h"
#include "core/extract/converter.h"

namespace quarry::cache {
class ShareScope;
}

namespace quarry::app {

/// Where the application says what its caller should know while it works. A door shows it, sends it or drops it.
/// Used by one thread at a time.
class Notices {
public:
    virtual ~Notices() = default;
    /// A sentence for a person: something was done, or was not as one might expect.
    virtual void note(std::string_view line) = 0;
    /// The same, of something that went wrong without ending the work.
    virtual void warn(std::string_view line) = 0;
    /// A note of no use to a program, such as why a search takes longer.
    virtual void remark(std::string_view line) = 0;
    /// How far long work is, "embedding 3/20", in place of what was said before; "" when it is done.
    virtual void progress(std::string_view line) = 0;
};

/// Drops everything.
class SilentNotices final : public Notices {
public:
    void note(std::string_view) override {}
    void warn(std::string_view) override {}
    void remark(std::string_view) override {}
    void progress(std::string_view) override {}
};

/// Seconds since 1970.
using Clock = std::function<std::int64_t()>;

/// Whom a request comes from. The owner of the base may do everything; others get names with `serve`.
struct Principal {
    std::string name = "owner";
};

/// The collections that a request may read, and put documents into or take them out of, by name. Nothing: all of them.
struct CollectionAccess {
    std::optional<std::vector<std::string>> readable{}, writable{};
};

/// Counts what a caller spends at models. Thread-safe.
class SpendingMeter {
public:
    virtual ~SpendingMeter() = default;
    /// Throws Error(budget_exceeded) where nothing is left.
    virtual void check() = 0;
    /// Adds what a request to a model took; `cost` is in the currency of the prices, 0 where it is not known.
    virtual void add(std::int64_t tokens, double cost) = 0;
};

/// What a request may spend at servers, in the currency of their prices.
struct Budget {
    std::optional<double> max_cost{};  ///< Nothing: as the settings say.
    SpendingMeter* meter = nullptr;    ///< Borrowed; null: nobody counts.
};

/// What a request brings with it. Borrowed for its duration.
struct RequestScope {
    const Cancellation& cancel;
    Notices& notices;
    Clock clock;
    Principal principal{};
    Budget budget{};
    CollectionAccess access{};
};

/// What the parts of the application work with: how quarry is set up, and the scope of the request.
struct Services {
    const config::Config& config;             ///< Settings, all layers merged.
    config::Config::Environment environment;  ///< For the names of keys that the configuration gives.
    std::filesystem::path base_path;          ///< The knowledge base's file; need not exist.
    const Cancellation& cancel;
    Notices& notices;
    Clock clock;
    extract::ConverterProgram converter{};  ///< What reads documents' formats; none: this process.
    CollectionAccess access{};
    Principal principal{};
    /// Where responses are shared with other processes, while parts of a workspace are made, which have it as long;
    /// null: nowhere.
    std::shared_ptr<cache::ShareScope> sharing{};

    /// The scope of the request that the services are for.
    [[nodiscard]] RequestScope scope() const { return {cancel, notices, clock, principal, {}, access}; }
    /// The same with another configuration, which must outlive it.
    [[nodiscard]] Services with(const config::Config& other) const {
        return {other, environment, base_path, cancel, notices, clock, converter, access, principal, sharing};
    }
};

}  // namespace quarry::app

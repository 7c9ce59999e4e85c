#pragma once

// A request while it is answered. Internal to core/mcp.

#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/crypto/sealer.h"
#include "core/mcp/catalog.h"

namespace quarry::mcp {

/// The request is answered with questions to its client (modern dialect).
class InputRequired final : public std::exception {
public:
    explicit InputRequired(Json result) : result_(std::move(result)) {}
    [[nodiscard]] const Json& result() const noexcept { return result_; }
    [[nodiscard]] const char* what() const noexcept override { return "input is required"; }

private:
    Json result_;
};

class Request final : public Call {
public:
    Request(const json_rpc::Message& message, const RequestContext& context, const crypto::Sealer& sealer);

    [[nodiscard]] const RequestContext& context() const override { return context_; }
    [[nodiscard]] const Json& id() const noexcept { return message_.id; }
    [[nodiscard]] const std::string& method() const noexcept { return message_.method; }
    [[nodiscard]] const Json& params() const noexcept { return message_.params; }
    [[nodiscard]] bool is_modern() const noexcept { return is_modern_; }

    /// Throws Refusal for an incomplete _meta, and for an unknown version.
    void check_modern() const;
    /// Throws Refusal before `initialize`.
    void check_session() const;
    /// Binds the request to what it is about: a state that the client brings is valid for the same name, arguments
    /// and caller only. Throws Refusal for another state.
    void bind(const std::string& name, const Json& arguments);

    [[nodiscard]] bool can(std::string_view capability) const override;
    void progress(double done, double total, std::string_view message) override;
    void log(std::string_view level, const Json& data) override;
    [[nodiscard]] Json ask(const std::vector<InputRequest>& inputs, const Json& state) override;
    [[nodiscard]] const Json& state() const override { return state_; }

private:
    [[nodiscard]] const Json& meta() const;
    [[nodiscard]] Json client_capabilities() const;
    void check_can(std::string_view method) const;
    [[nodiscard]] std::string sealed(const Json& state) const;

    const json_rpc::Message& message_;
    const RequestContext& context_;
    const crypto::Sealer& sealer_;
    const bool is_modern_;
    std::string purpose_{};
    Json state_{};
};

}  // namespace quarry::mcp

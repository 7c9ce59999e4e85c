#pragma once

#include "core/extract/extractor.h"

namespace quarry::extract {

/// A mail (.eml; RFC 5322, MIME).
class MailExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "mail"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "message/rfc822"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

/// A mailbox of many mails (mbox; RFC 4155, with mboxrd's ">From "): a heading and a record for each.
class MailboxExtractor final : public Extractor {
public:
    [[nodiscard]] std::string_view name() const noexcept override { return "mbox"; }
    [[nodiscard]] std::string_view media_type() const noexcept override { return "application/mbox"; }
    [[nodiscard]] std::span<const std::string_view> extensions() const noexcept override;
    [[nodiscard]] bool is_binary() const noexcept override { return true; }
    [[nodiscard]] document::Document extract(std::string bytes, const ExtractOptions& options) const override;
};

}  // namespace quarry::extract

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/budget.h"

namespace quarry::extract {

/// A part of a mail (RFC 2045, 2046), or the mail itself. Views point into the message.
class MimePart {
public:
    /// Reads the headers of `message`; what is no header begins the body.
    explicit MimePart(std::string_view message);

    /// A header's value as it stands, unfolded; empty when there is none. `name` in lower case.
    [[nodiscard]] std::string_view raw_header(std::string_view name) const;
    /// A header's value with its encoded words (RFC 2047) decoded: valid UTF-8.
    [[nodiscard]] std::string header(std::string_view name) const;
    /// "text/plain", in lower case, when nothing is said.
    [[nodiscard]] const std::string& media_type() const noexcept { return media_type_; }
    /// A parameter of the content type, such as "charset"; decoded.
    [[nodiscard]] std::string parameter(std::string_view name) const;
    /// The name of the file that the part is; empty when it has none.
    [[nodiscard]] std::string file_name() const;
    [[nodiscard]] bool is_attachment() const;
    /// The parts of a multipart body, in order, at most so many.
    [[nodiscard]] std::vector<MimePart> parts(std::size_t most) const;
    /// The body without its transfer encoding (base64, quoted-printable).
    [[nodiscard]] std::string body() const;
    /// The body as text: without its transfer encoding, in UTF-8.
    [[nodiscard]] std::string text() const;

private:
    using Parameters = std::map<std::string, std::string, std::less<>>;

    void read_headers(std::string_view message);
    static Parameters read_parameters(std::string_view value);

    std::map<std::string, std::string, std::less<>> headers_;
    std::string_view body_;
    std::string media_type_ = "text/plain";
    Parameters parameters_;
    Parameters disposition_;
};

/// A header's value with its encoded words (=?utf-8?q?…?=) decoded: valid UTF-8.
[[nodiscard]] std::string decode_mail_header(std::string_view value);

/// RFC 5322's "Tue, 5 Mar 2024 10:20:30 +0100" as RFC 3339's "2024-03-05T10:20:30+01:00"; empty when it is no date.
[[nodiscard]] std::string rfc3339_date(std::string_view date);

}  // namespace quarry::extract

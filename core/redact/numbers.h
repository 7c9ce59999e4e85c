#pragma once

#include <cstddef>
#include <string_view>

namespace quarry::redact {

// What tells a number of a kind from any other: check digits, prefixes and lengths. `digits` are ASCII digits only.

/// The check digit of payment cards and others (ISO/IEC 7812-1).
[[nodiscard]] bool passes_luhn(std::string_view digits) noexcept;

/// A payment card: 13 to 19 digits, a network's prefix with its length, Luhn.
[[nodiscard]] bool is_card_number(std::string_view digits) noexcept;

/// Length of an IBAN of that country (two capitals; SWIFT's registry), 0 for one without IBANs.
[[nodiscard]] std::size_t iban_length(std::string_view country) noexcept;

/// An IBAN without spaces, in capitals: country, length, modulus 97 (ISO 13616).
[[nodiscard]] bool is_iban(std::string_view iban) noexcept;

/// A number that the US Social Security Administration can have given: nine digits.
[[nodiscard]] bool is_us_ssn(std::string_view digits) noexcept;

/// A Swiss AHV number: 756, 13 digits, the check digit of EAN-13.
[[nodiscard]] bool is_ahv_number(std::string_view digits) noexcept;

/// A German tax identification number: 11 digits with one that comes twice or thrice in the first ten, and the check
/// digit of ISO/IEC 7064 (MOD 11,10).
[[nodiscard]] bool is_german_tax_id(std::string_view digits) noexcept;

/// The digits of a number in international form, without the plus (E.164): a country code that is in use, 8 to 15
/// digits; in North America an area code and an exchange that can be.
[[nodiscard]] bool is_international_phone(std::string_view digits) noexcept;

/// Ten digits of North America's plan: area code and exchange begin with 2 to 9, and are no service code (N11).
[[nodiscard]] bool is_north_american_phone(std::string_view digits) noexcept;

}  // namespace quarry::redact

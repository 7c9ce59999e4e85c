// What is taken out, and what is left alone: a row a case.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "core/redact/redactor.h"

namespace quarry {
namespace {

constexpr std::string_view letters_and_digits = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
constexpr std::string_view capitals_and_digits = "ABCDEFGHJKLMNPQRSTUVWXYZ234567";
constexpr std::string_view hexadecimal = "0123456789abcdef";
constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

/// Characters that look drawn at random, the same in every run; no secret is written out in this file.
std::string noise(std::size_t length, std::string_view alphabet = letters_and_digits) {
    std::string text;
    std::uint32_t state = 12345;
    while (text.size() < length) {
        state = state * 1664525U + 1013904223U;
        text += alphabet[(state >> 16) % alphabet.size()];
    }
    return text;
}

const Redactor& everything() {
    static const std::vector<std::string> kinds = {"all"};
    static const Redactor redactor(kinds);
    return redactor;
}

struct Positive {
    const char* kind;
    std::string text;
    std::string redacted = {};  ///< When not the placeholder alone.
};
void PrintTo(const Positive& positive, std::ostream* out) { *out << positive.kind << ": " << positive.text; }

class RedactPositive : public testing::TestWithParam<Positive> {};

TEST_P(RedactPositive, IsTakenOut) {
    const Positive& positive = GetParam();
    const std::string placeholder = "[REDACTED:" + std::string(positive.kind) + "]";
    const std::string expected = positive.redacted.empty() ? placeholder : positive.redacted;
    RedactionCounts counts;
    EXPECT_EQ(everything().redact(positive.text, counts), expected);
    EXPECT_EQ(counts, (RedactionCounts{{positive.kind, 1}}));
    RedactionCounts again;
    EXPECT_EQ(everything().redact(expected, again), expected);
    EXPECT_TRUE(again.empty());
    // In a sentence, in brackets and at the end of a line.
    for (const auto& [before, after] : {std::pair("see ", " there"), std::pair("(", ")\n"), std::pair("\n", "\n")}) {
        EXPECT_EQ(everything().redact(before + positive.text + after, again), before + expected + after);
    }
}

INSTANTIATE_TEST_SUITE_P(
    Secrets, RedactPositive,
    testing::ValuesIn(std::vector<Positive>{
        {"aws-access-key", "AKIA" + noise(16, capitals_and_digits)},
        {"aws-access-key", "ASIA" + noise(16, capitals_and_digits)},
        {"aws-secret-key", "aws_secret_access_key = " + noise(40), "aws_secret_access_key = [REDACTED:aws-secret-key]"},
        {"aws-secret-key", "SecretAccessKey: \"" + noise(40) + "\"", "SecretAccessKey: \"[REDACTED:aws-secret-key]\""},
        {"gcp-api-key", "AIza" + noise(35)},
        {"gcp-oauth-token", "ya29." + noise(60)},
        {"gcp-client-secret", "GOCSPX-" + noise(28)},
        {"azure-storage-key", "AccountKey=" + noise(86) + "==", "AccountKey=[REDACTED:azure-storage-key]"},
        {"azure-client-secret", "abc8Q~" + noise(34)},
        {"azure-sas", "sig=" + noise(43) + "%3D", "sig=[REDACTED:azure-sas]"},
        {"digitalocean-token", "dop_v1_" + noise(64, hexadecimal)},
        {"alibaba-key", "LTAI" + noise(20)},
        {"heroku-key", "HRKU-" + noise(60)},
        {"cloud-token", "sbp_" + noise(40, hexadecimal)},
        {"cloud-token", "pscale_pw_" + noise(43)},
        {"vault-token", "hvs." + noise(95)},
        {"terraform-token", noise(14) + ".atlasv1." + noise(64)},
        {"github-token", "ghp_" + noise(36)},
        {"github-token", "gho_" + noise(36)},
        {"github-token", "ghu_" + noise(36)},
        {"github-token", "ghs_" + noise(36)},
        {"github-token", "ghr_" + noise(76)},
        {"github-token", "github_pat_" + noise(22) + "_" + noise(59)},
        {"gitlab-token", "glpat-" + noise(20)},
        {"gitlab-token", "glrt-" + noise(20)},
        {"gitlab-token", "GR1348941" + noise(20)},
        {"npm-token", "npm_" + noise(36)},
        {"pypi-token", "pypi-AgEIcHlwaS5vcmc" + noise(90)},
        {"rubygems-token", "rubygems_" + noise(48, hexadecimal)},
        {"docker-token", "dckr_pat_" + noise(27)},
        {"atlassian-token", "ATATT3" + noise(180)},
        {"anthropic-key", "sk-ant-api03-" + noise(95)},
        {"openai-key", "sk-proj-" + noise(120)},
        {"openai-key", "sk-" + noise(20) + "T3BlbkFJ" + noise(20)},
        {"openai-key", "sk-" + noise(48)},
        {"huggingface-token", "hf_" + noise(34, letters)},
        {"model-api-key", "gsk_" + noise(52)},
        {"model-api-key", "xai-" + noise(80)},
        {"slack-token", "xoxb-" + noise(12, "0123456789") + "-" + noise(24)},
        {"slack-token", "xoxp-" + noise(40)},
        {"slack-token", "xapp-1-" + noise(11) + "-" + noise(13, "0123456789") + "-" + noise(64, hexadecimal)},
        {"slack-webhook", "https://hooks.slack.com/services/" + noise(44), "https://[REDACTED:slack-webhook]"},
        {"discord-webhook", "https://discord.com/api/webhooks/" + noise(18, "123456789") + "/" + noise(68),
         "https://[REDACTED:discord-webhook]"},
        {"telegram-token", noise(10, "123456789") + ":AA" + noise(33)},
        {"sendgrid-key", "SG." + noise(22) + "." + noise(43)},
        {"twilio-key", "SK" + noise(32, hexadecimal)},
        {"mailgun-key", "key-" + noise(32, hexadecimal)},
        {"mailchimp-key", noise(32, hexadecimal) + "-us12"},
        {"mail-service-key", "xkeysib-" + noise(64, hexadecimal) + "-" + noise(16)},
        {"stripe-key", "sk_live_" + noise(24)},
        {"stripe-key", "sk_test_" + noise(99)},
        {"stripe-key", "rk_live_" + noise(24)},
        {"stripe-key", "whsec_" + noise(32)},
        {"square-token", "sq0atp-" + noise(22)},
        {"shopify-token", "shpat_" + noise(32, hexadecimal)},
        {"razorpay-key", "rzp_live_" + noise(14)},
        {"flutterwave-key", "FLWSECK-" + noise(32) + "-X"},
        {"databricks-token", "dapi" + noise(32, hexadecimal)},
        {"postman-key", "PMAK-" + noise(24, hexadecimal) + "-" + noise(34, hexadecimal)},
        {"linear-key", "lin_api_" + noise(40)},
        {"notion-token", "ntn_" + noise(46)},
        {"newrelic-key", "NRAK-" + noise(27, capitals_and_digits)},
        {"grafana-token", "glsa_" + noise(32) + "_" + noise(8, hexadecimal)},
        {"sentry-token", "sntrys_" + noise(120)},
        {"doppler-token", "dp.pt." + noise(43)},
        {"figma-token", "figd_" + noise(40)},
        {"contentful-token", "CFPAT-" + noise(43)},
        {"jwt", "eyJhbGciOiJIUzI1NiJ9.eyJ" + noise(40) + "." + noise(43)},
        {"jwt", "eyJhbGciOiJSUzI1NiJ9.eyJ" + noise(1800) + "." + noise(342)},
        {"url-password", "postgres://app:s3cr3tpa55@db.internal:5432/app",
         "postgres://app:[REDACTED:url-password]@db.internal:5432/app"},
        {"bearer-token", "Authorization: Bearer " + noise(40), "Authorization: Bearer [REDACTED:bearer-token]"},
        {"basic-credentials", "Authorization: Basic " + noise(24) + "=",
         "Authorization: Basic [REDACTED:basic-credentials]"},
        {"generic-secret", "password = \"k7#mQ2vLx9\"", "password = \"[REDACTED:generic-secret]\""},
        {"generic-secret", "config['api_key'] = '" + noise(24) + "'",
         "config['api_key'] = '[REDACTED:generic-secret]'"},
        {"generic-secret", R"("client_secret": "Zx81kQpW04nvLd")", R"("client_secret": "[REDACTED:generic-secret]")"},
        {"generic-secret", "db_passwd: 'tr0ub4dor&3x'", "db_passwd: '[REDACTED:generic-secret]'"},
        {"generic-token", "API_KEY=" + noise(32), "API_KEY=[REDACTED:generic-token]"},
        {"generic-token", "export GH_TOKEN=" + noise(28), "export GH_TOKEN=[REDACTED:generic-token]"},
        {"private-key",
         "-----BEGIN RSA PRIVATE KEY-----\n" + noise(64) + "\n" + noise(64) + "\n-----END RSA PRIVATE KEY-----"},
        {"private-key", "-----BEGIN OPENSSH PRIVATE KEY-----\n" + noise(70) + "\n-----END OPENSSH PRIVATE KEY-----"},
        {"private-key", "-----BEGIN PRIVATE KEY-----\\n" + noise(64) + "\\n-----END PRIVATE KEY-----"},
        {"private-key", "-----BEGIN EC PRIVATE KEY-----\n" + noise(64)},
    }));

INSTANTIATE_TEST_SUITE_P(Personal, RedactPositive,
                         testing::ValuesIn(std::vector<Positive>{
                             {"email", "ada.lovelace@analytical.co.uk"},
                             {"email", "a+tag@b-c.io"},
                             {"email", "A_B%c@mail.uni-koeln.de"},
                             {"email", "x@y.museum"},
                             {"email", "<grace@navy.mil>", "<[REDACTED:email]>"},
                             {"email", "mailto:linus@kernel.dev", "mailto:[REDACTED:email]"},
                             {"phone", "+49 221 4567890"},
                             {"phone", "+41791234567"},
                             {"phone", "+44 (0)20 7946 0018"},
                             {"phone", "+1 (415) 555-0132"},
                             {"phone", "+1-415-555-0132"},
                             {"phone", "+33 1 42 68 53 00"},
                             {"phone", "+91 98765 43210"},
                             {"phone", "(212) 555-0187"},
                             {"phone", "212-555-0187"},
                             {"phone", "212.555.0187"},
                             {"phone", "1-800-555-0199"},
                             {"phone", "01 42 68 53 00"},
                             {"phone", "044 668 18 00"},
                             {"phone", "Tel. 0221/4567890", "Tel. [REDACTED:phone]"},
                             {"phone", "Mobil: 0171 2345678", "Mobil: [REDACTED:phone]"},
                             {"phone", "phone 020 7946 0018", "phone [REDACTED:phone]"},
                             {"card", "4111111111111111"},
                             {"card", "4111 1111 1111 1111"},
                             {"card", "5500-0055-5555-5559"},
                             {"card", "2223003122003222"},
                             {"card", "378282246310005"},
                             {"card", "3782 822463 10005"},
                             {"card", "6011111111111117"},
                             {"card", "30569309025904"},
                             {"card", "3530111333300000"},
                             {"card", "6212345678900000003"},
                             {"iban", "DE89370400440532013000"},
                             {"iban", "DE89 3704 0044 0532 0130 00"},
                             {"iban", "CH93 0076 2011 6238 5295 7"},
                             {"iban", "GB82 WEST 1234 5698 7654 32"},
                             {"iban", "FR1420041010050500013M02606"},
                             {"iban", "NO9386011117947"},
                             {"iban", "MT84MALT011000012345MTLCAST001S"},
                             {"us-ssn", "536-22-1847"},
                             {"us-ssn", "SSN 536 22 1847", "SSN [REDACTED:us-ssn]"},
                             {"ch-ahv", "756.9217.0769.85"},
                             {"ch-ahv", "7569217076985"},
                             {"de-tax-id", "Steuer-ID: 86095742719", "Steuer-ID: [REDACTED:de-tax-id]"},
                             {"de-tax-id", "IdNr. 86 095 742 719", "IdNr. [REDACTED:de-tax-id]"},
                             {"ip", "8.8.8.8"},
                             {"ip", "93.184.216.34"},
                             {"ip", "2606:2800:220:1:248:1893:25c8:1946"},
                             {"ip", "2a00:1450:4001::200e"},
                         }));

class RedactNegative : public testing::TestWithParam<std::string> {};

TEST_P(RedactNegative, IsLeft) {
    RedactionCounts counts;
    for (const std::string& text : {GetParam(), "see " + GetParam() + " there", "\n" + GetParam() + "\n"}) {
        EXPECT_EQ(everything().redact(text, counts), text);
    }
    EXPECT_TRUE(counts.empty()) << counts.begin()->first;
}

INSTANTIATE_TEST_SUITE_P(Secrets, RedactNegative,
                         testing::ValuesIn(std::vector<std::string>{
                             "AKIAIOSFODNN7EXAMPLE",
                             "AKIA" + noise(15, capitals_and_digits),
                             "XAKIA" + noise(16, capitals_and_digits),
                             "AKIA" + noise(17, capitals_and_digits),
                             "AKIA0000000000000000",
                             "AIza" + noise(34),
                             "AIzaXXXXXXXXXXXXXXXXXXXXXX",
                             "ghp_" + noise(35),
                             "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
                             "ghp_<your token>",
                             "highp_" + noise(36),
                             "gh_token",
                             "glpat-short",
                             "npm_package_name",
                             "npm_config_registry",
                             "npm_lifecycle_event_is_a_variable",
                             "xoxb-your-token",
                             "xoxb-...",
                             "sk-learn",
                             "task-force",
                             "sk-" + noise(20),
                             "risk-" + noise(48),
                             "sk_live_",
                             "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
                             "sk_test_your_key",
                             "whsec_...",
                             "re_match",
                             "are_" + noise(8),
                             "SG.short.token",
                             "key-value",
                             "key-" + noise(31, hexadecimal),
                             "non-us",
                             "lower-us1",
                             "dapi_tools",
                             "hvs.d",
                             "a.atlasv1.b",
                             "eyJhbGciOiJIUzI1NiJ9",
                             "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi",
                             "eyJ.eyJ.x",
                             "https://example.org/path:8080/@user",
                             "https://user@example.org/",
                             "https://user:password@host/",
                             "http://user:${PASS}@host/",
                             "https://user:<password>@host/",
                             "ftp://host:21/pub",
                             "postgres://u:pass@h/d",
                             "Bearer token",
                             "Authorization: Bearer <token>",
                             "Authorization: Bearer $TOKEN",
                             "the bearer of bad news",
                             "Authorization: Basic ...",
                             "password = \"\"",
                             "password = 'secret'",
                             "password=hunter",
                             "password: required",
                             "password = os.environ['PASSWORD']",
                             "password = getpass.getpass()",
                             "token = tokenizer.next_token()",
                             "secret: your-secret-here",
                             "api_key = \"YOUR_API_KEY\"",
                             "api_key: <API_KEY>",
                             "api_key=${API_KEY}",
                             "passwordField = \"passwordInput\"",
                             "\"token\": \"string\"",
                             "token_type = \"identifier\"",
                             "secret = \"correcthorsebattery\"",
                             "PASSWORD 'mypassword'",
                             "password_encryption = 'scram-sha-256'",
                             "ssl_passphrase_command_supports_reload = off",
                             "private_key_file = \"/etc/ssl/private/server1.key\"",
                             "key = \"name\"",
                             "primary key: 12",
                             "credential_path = './config/credentials2.json'",
                             "-----BEGIN PUBLIC KEY-----\n" + noise(64) + "\n-----END PUBLIC KEY-----",
                             "-----BEGIN CERTIFICATE-----\n" + noise(64) + "\n-----END CERTIFICATE-----",
                             "-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----",
                             "-----BEGIN PRIVATE KEY-----",
                             "[REDACTED:generic-token] = 'a1b2c3d4e5f6g7'",
                         }));

INSTANTIATE_TEST_SUITE_P(Personal, RedactNegative,
                         testing::ValuesIn(std::vector<std::string>{
                             "user@example.com",
                             "a@b.example.org",
                             "root@localhost",
                             "x@host.test",
                             "@property",
                             "@name.setter",
                             "icon@2x.png",
                             "lodash@4.17.21",
                             "package@latest",
                             "git@github.com:owner/repo.git",
                             "a @ b.com",
                             "a@b",
                             "a@b.c",
                             "systemd@user.service",
                             "me@",
                             "@",
                             "@@@@",
                             "5 @ 3.50",
                             "2024-01-31",
                             "2024-01-31 12:34:56",
                             "20240131",
                             "12:34:56.789",
                             "1.2.3",
                             "1.2.3-4",
                             "3.14159265358979",
                             "1234567890",
                             "0123456789",
                             "100000000",
                             "1,234,567,890",
                             "192 168 001 001",
                             "978-3-16-148410-0",
                             "9783161484100",
                             "00 11 22 33 44",
                             "1 2 3 4 5 6 7 8 9",
                             "123-456-7890",
                             "212-155-0187",
                             "111-555-0187",
                             "212-555-018",
                             "212-555-01877",
                             "x212-555-0187",
                             "212-555-0187-3",
                             "+00:00",
                             "+1",
                             "+12345",
                             "a+12345678901",
                             "1e+10000000000",
                             "+1 200 111 2222",
                             "+99 123",
                             "0x1234567890",
                             "#1234567890",
                             "-2125550187",
                             "4111111111111112",
                             "1111111111111111",
                             "4111 1111 1111 111",
                             "411111111111111",
                             "14111111111111111",
                             "0000000000000000",
                             "5555555555554445",
                             "v4111111111111111",
                             "4111-1111 1111-1111",
                             "1700000000000000000",
                             "DE89370400440532013001",
                             "DE8937040044053201300",
                             "XX89370400440532013000",
                             "de89370400440532013000",
                             "ADE89370400440532013000",
                             "GB00 0000",
                             "AB12 3456",
                             "536-00-1847",
                             "000-22-1847",
                             "666-22-1847",
                             "912-22-1847",
                             "536-22-0000",
                             "536-22-184",
                             "536-221847",
                             "078-05-1120",
                             "756.9217.0769.86",
                             "756.9217.0769",
                             "86095742719",
                             "Steuer-ID: 86095742718",
                             "0.0.0.0",
                             "127.0.0.1",
                             "10.1.2.3",
                             "192.168.0.1",
                             "172.16.0.1",
                             "169.254.1.1",
                             "192.0.2.1",
                             "203.0.113.9",
                             "255.255.255.0",
                             "256.1.1.1",
                             "1.2.3.4.5",
                             "v8.8.8.8",
                             "::1",
                             "fe80::1",
                             "2001:db8::1",
                             "std::string",
                             "a::b",
                             "12:34",
                             "::",
                             "fd00::1",
                             "a 4 x 16 table of 8 values",
                             "rows 10 20 30 40 50",
                             "12 345 678 901",
                         }));

TEST(RedactCounts, EveryKindOfTheTablesHasARow) {
    EXPECT_THROW(Redactor(std::vector<std::string>{"emial"}), std::exception);
    EXPECT_EQ(Redactor(std::vector<std::string>{"email"}).find("4111111111111111").size(), 0U);
    EXPECT_EQ(Redactor(std::vector<std::string>{"personal"}).find("8.8.8.8 +41791234567").size(), 1U);
    EXPECT_EQ(Redactor(std::vector<std::string>{"secrets"}).find("npm_" + noise(36) + " a@b.de").size(), 1U);
    EXPECT_NE(Redactor(std::vector<std::string>{"email"}).fingerprint(),
              Redactor(std::vector<std::string>{"default"}).fingerprint());
    EXPECT_EQ(Redactor(std::vector<std::string>{"email", "secrets"}).fingerprint(),
              Redactor(std::vector<std::string>{"secrets", "email", "email"}).fingerprint());
}

TEST(RedactDocument, MovesBlocksAndPages) {
    const std::string key =
        "-----BEGIN PRIVATE KEY-----\n" + noise(64) + "\n\n" + noise(64) + "\n-----END PRIVATE KEY-----";
    const std::string heading = "# Mail ada@lovelace.io now";
    Document document;
    document.text = heading + "\n\nCall +41791234567.\n\n" + key + "\n\nEnd.";
    const std::size_t second = heading.size() + 2;
    const std::size_t third = document.text.find("-----BEGIN");
    const std::size_t middle = document.text.find("\n\n", third);
    const std::size_t last = document.text.find("End.");
    document.title = "Mail ada@lovelace.io now";
    document.blocks = {{BlockKind::heading, 0, heading.size(), 1, "Mail ada@lovelace.io now"},
                       {BlockKind::paragraph, second, second + 18, 0, ""},
                       {BlockKind::paragraph, third, middle, 0, ""},
                       {BlockKind::paragraph, middle + 2, last - 2, 0, ""},
                       {BlockKind::paragraph, last, last + 4, 0, ""}};
    document.page_starts = {0, second, middle + 2, last};
    document.metadata = {{"author", "Ada <ada@lovelace.io>"}, {"api_key", noise(30)}};
    everything().redact(document);

    EXPECT_EQ(document.text, "# Mail [REDACTED:email] now\n\nCall [REDACTED:phone].\n\n[REDACTED:private-key]\n\n"
                             "[REDACTED:private-key]\n\nEnd.");
    EXPECT_EQ(document.title, "Mail [REDACTED:email] now");
    EXPECT_EQ(document.blocks[0].label, "Mail [REDACTED:email] now");
    EXPECT_EQ(document.metadata[0].second, "Ada <[REDACTED:email]>");
    EXPECT_EQ(document.metadata[1].second, "[REDACTED:generic-secret]");
    std::vector<std::string> texts;
    for (const Block& block : document.blocks)
        texts.push_back(document.text.substr(block.start, block.end - block.start));
    EXPECT_EQ(texts, (std::vector<std::string>{"# Mail [REDACTED:email] now", "Call [REDACTED:phone].",
                                               "[REDACTED:private-key]", "[REDACTED:private-key]", "End."}));
    EXPECT_EQ(document.page_starts[2], document.blocks[3].start);
    EXPECT_EQ(document.page_starts[3], document.blocks[4].start);
    EXPECT_EQ(document.removed, (std::vector<std::pair<std::string, std::uint64_t>>{{"redacted email", 1},
                                                                                    {"redacted generic-secret", 1},
                                                                                    {"redacted phone", 1},
                                                                                    {"redacted private-key", 1}}));
}

TEST(RedactJson, TakesValuesAsWhatTheirNamesSay) {
    RedactionCounts counts;
    EXPECT_EQ(
        everything().redact_json(R"({"n":1,"mail":["x@y.de",{"card":4111111111111111}],"password":"aB3$dE5fG7"})",
                                 counts),
        R"({"n":1,"mail":["[REDACTED:email]",{"card":"[REDACTED:card]"}],"password":"[REDACTED:generic-secret]"})");
    EXPECT_EQ(counts, (RedactionCounts{{"card", 1}, {"email", 1}, {"generic-secret", 1}}));
    EXPECT_EQ(everything().redact_json("{}", counts), "{}");
    const std::string deep(100'000, '[');
    EXPECT_EQ(everything().redact_json(deep, counts), '"' + deep + '"');
}

TEST(RedactThreads, OneRedactorServesMany) {
    const std::string text = "ask a@b.de, +41791234567, npm_" + noise(36) + ", 4111 1111 1111 1111";
    RedactionCounts counts;
    const std::string expected = everything().redact(text, counts);
    std::vector<std::thread> threads;
    std::atomic<int> wrong = 0;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            RedactionCounts own;
            for (int round = 0; round < 100; ++round) wrong += everything().redact(text, own) == expected ? 0 : 1;
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, 0);
}

TEST(RedactHostile, TakesTimeInProportionToTheText) {
    // Each is a pattern's worst case; a megabyte of any takes well under the test's limit, quadratic work an hour.
    RedactionCounts counts;
    for (const std::string piece : {"-----BEGIN PRIVATE KEY-----\n",
                                    "eyJ",
                                    "eyJa-.eyJ",
                                    "://a:",
                                    "@",
                                    "a@",
                                    "a@a.",
                                    "password=\"",
                                    "token=",
                                    "1",
                                    "1 ",
                                    "+1",
                                    "4-",
                                    "(1",
                                    ":",
                                    "::a",
                                    "1.",
                                    "bearer ",
                                    "secret_access_key=",
                                    "sig=",
                                    "DE89 ",
                                    "Q~",
                                    "-us",
                                    "T3BlbkFJ"}) {
        std::string text;
        while (text.size() < 300'000) text += piece;
        text += "-----END";
        static_cast<void>(everything().redact(text, counts));
    }
}

}  // namespace
}  // namespace quarry

#include "core/redact/secret_rules.h"

#include <array>

namespace quarry::redact {
namespace {

// What may follow a token that has a length of its own.
#define QUARRY_WORD_END "(?:[^A-Za-z0-9_]|$)"
#define QUARRY_TOKEN_END "(?:[^A-Za-z0-9_-]|$)"

// Sources: the formats that the providers document, as collected by gitleaks (github.com/gitleaks/gitleaks).
constexpr SecretRule rules[] = {
    // Clouds
    {"aws-access-key", "AKIA ASIA ABIA ACCA A3T", "((?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})" QUARRY_WORD_END,
     2.5},
    {"aws-secret-key",
     "secret_access_key secretaccesskey secret\x1f"
     "access\x1fkey secret-access-key aws_secret_key",
     R"((?i:(?:aws_)?secret[_ -]?(?:access[_ -]?)?key)["'`]?[ \t]{0,4}(?:=>|:=|=|:)[ \t]{0,4}["'`]?([A-Za-z0-9/+=]{40})(?:[^A-Za-z0-9/+=]|$))",
     3.5, 0, true},
    {"gcp-api-key", "AIza", "(AIza[A-Za-z0-9_-]{35})" QUARRY_TOKEN_END, 3.0},
    {"gcp-oauth-token", "ya29.", R"((ya29\.[A-Za-z0-9_.-]{20,600}))", 3.0},
    {"gcp-client-secret", "GOCSPX-", "(GOCSPX-[A-Za-z0-9_-]{28})" QUARRY_TOKEN_END, 3.0},
    {"azure-storage-key",
     "AccountKey= SharedAccessKey=", "(?i:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{43,88}={1,2})", 3.5, 0, true},
    {"azure-client-secret", "Q~", R"(([A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})(?:[^A-Za-z0-9_~.-]|$))", 3.3, 4},
    {"azure-sas", "sig=", "sig=([A-Za-z0-9%+/]{40,80}(?:%3[Dd]|=))", 3.5},
    {"digitalocean-token", "dop_v1_ doo_v1_ dor_v1_", "(do[opr]_v1_[a-f0-9]{64})" QUARRY_WORD_END, 3.0},
    {"alibaba-key", "LTAI", "(LTAI[A-Za-z0-9]{20})" QUARRY_WORD_END, 3.0},
    {"heroku-key", "HRKU-", "(HRKU-[A-Za-z0-9_-]{36,70})" QUARRY_TOKEN_END, 3.0},
    {"cloud-token", "fm2_ fo1_ fm1a_ sbp_ nfp_ pscale_tkn_ pscale_pw_ pscale_oauth_ pul-",
     "((?:fm2_|fo1_|fm1a_|sbp_|nfp_|pscale_(?:tkn|pw|oauth)_|pul-)[A-Za-z0-9_+/=.-]{32,600})", 3.3},
    {"vault-token", "hvs. hvb.", R"((hv[sb]\.[A-Za-z0-9_-]{24,300}))" QUARRY_TOKEN_END, 3.0},
    {"terraform-token", ".atlasv1.", R"(([A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}))", 3.5, 14},

    // Code hosts and package registries
    {"github-token", "ghp_ gho_ ghu_ ghs_ ghr_", "(gh[pousr]_[A-Za-z0-9]{36,255})" QUARRY_WORD_END, 3.0},
    {"github-token", "github_pat_", "(github_pat_[A-Za-z0-9_]{60,100})" QUARRY_WORD_END, 3.0},
    {"gitlab-token", "glpat- gldt- glrt- glptt- glcbt- glft- glsoat- glimt- glagent- gloas-",
     R"((gl(?:pat|dt|rt|ptt|cbt|ft|soat|imt|agent|oas)-[A-Za-z0-9_.-]{20,80}))", 3.0},
    {"gitlab-token", "GR1348941", "(GR1348941[A-Za-z0-9_-]{20})" QUARRY_TOKEN_END, 3.0},
    {"npm-token", "npm_", "(npm_[A-Za-z0-9]{36})" QUARRY_WORD_END, 3.0},
    {"pypi-token", "pypi-AgE", "(pypi-AgE[A-Za-z0-9_-]{50,1000})" QUARRY_TOKEN_END, 3.0},
    {"rubygems-token", "rubygems_", "(rubygems_[a-f0-9]{48})" QUARRY_WORD_END, 3.0},
    {"docker-token", "dckr_pat_ dckr_oat_", "(dckr_[op]at_[A-Za-z0-9_-]{27,32})" QUARRY_TOKEN_END, 3.0},
    {"atlassian-token", "ATATT3 ATCTT3 ATBB", "((?:ATATT3|ATCTT3|ATBB)[A-Za-z0-9_=-]{28,250})", 3.5},

    // Models
    {"anthropic-key", "sk-ant-", "(sk-ant-[a-z0-9]{3,8}-[A-Za-z0-9_-]{60,150})" QUARRY_TOKEN_END, 3.0},
    {"openai-key", "sk-proj- sk-svcacct- sk-admin-",
     "(sk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,250})" QUARRY_TOKEN_END, 3.0},
    {"openai-key", "T3BlbkFJ", "(sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})" QUARRY_WORD_END, 3.0, 23},
    {"openai-key", "sk-", "(sk-[A-Za-z0-9]{48})" QUARRY_TOKEN_END, 3.5},
    {"huggingface-token", "hf_ api_org_", "((?:hf_|api_org_)[A-Za-z]{34})" QUARRY_WORD_END, 3.0},
    {"model-api-key", "gsk_ xai- pplx- r8_ nvapi-",
     "((?:gsk_[A-Za-z0-9]{52}|xai-[A-Za-z0-9]{70,90}|pplx-[A-Za-z0-9]{40,60}|r8_[A-Za-z0-9]{37}|nvapi-[A-Za-z0-9_-]{60,"
     "70}))" QUARRY_TOKEN_END,
     3.5},

    // Messages and mail
    {"slack-token", "xoxa- xoxb- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs-",
     R"((xox[abeoprs][.-](?:xox[bp]-)?[A-Za-z0-9-]{20,250}))", 2.5},
    {"slack-token", "xapp-", "(xapp-[0-9]-[A-Za-z0-9]{5,20}-[0-9]{5,20}-[a-f0-9]{30,80})", 2.5},
    {"slack-webhook", "hooks.slack.com/", R"((hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40,60}))",
     3.0, 0, true},
    {"discord-webhook", "discord.com/api/webhooks/ discordapp.com/api/webhooks/",
     R"((discord(?:app)?\.com/api/webhooks/[0-9]{17,20}/[A-Za-z0-9_-]{60,80}))", 3.0, 0, true},
    {"telegram-token", ":A", R"(([0-9]{8,11}:AA[A-Za-z0-9_-]{33}))" QUARRY_TOKEN_END, 3.0, 11},
    {"sendgrid-key", "SG.", R"((SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}))" QUARRY_TOKEN_END, 3.0},
    {"twilio-key", "SK", "(SK[a-f0-9]{32})" QUARRY_WORD_END, 3.0},
    {"mailgun-key", "key-", "(key-[a-f0-9]{32})" QUARRY_WORD_END, 3.0},
    {"mailchimp-key", "-us", "([a-f0-9]{32}-us[0-9]{1,2})" QUARRY_TOKEN_END, 3.0, 32},
    {"mail-service-key", "xkeysib- sib_ re_",
     "(xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24})" QUARRY_TOKEN_END, 3.0},

    // Payments and shops
    {"stripe-key", "sk_live_ sk_test_ rk_live_ rk_test_ sk_prod_ rk_prod_",
     "((?:sk|rk)_(?:test|live|prod)_[A-Za-z0-9]{10,250})" QUARRY_WORD_END, 3.0},
    {"stripe-key", "whsec_", "(whsec_[A-Za-z0-9+/=]{32,100})", 3.0},
    {"square-token", "sq0atp- sq0csp- EAAA",
     "(sq0(?:atp|csp)-[A-Za-z0-9_-]{22,43}|EAAA[A-Za-z0-9_-]{60})" QUARRY_TOKEN_END, 3.3},
    {"shopify-token", "shpat_ shpca_ shppa_ shpss_", "(shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32})" QUARRY_WORD_END, 3.0},
    {"razorpay-key", "rzp_live_ rzp_test_", "(rzp_(?:live|test)_[A-Za-z0-9]{14,24})" QUARRY_WORD_END, 3.0},
    {"paypal-token", "access_token$", R"((access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}))", 3.0},
    {"flutterwave-key", "FLWSECK", "(FLWSECK(?:_TEST|_LIVE)?-[A-Za-z0-9]{12,60}(?:-X)?)" QUARRY_TOKEN_END, 3.0},

    // Work and operations
    {"databricks-token", "dapi", "(dapi[a-f0-9]{32}(?:-[0-9])?)" QUARRY_TOKEN_END, 3.0},
    {"postman-key", "PMAK-", "(PMAK-[a-f0-9]{24}-[a-f0-9]{34})" QUARRY_TOKEN_END, 3.0},
    {"linear-key", "lin_api_ lin_oauth_", "(lin_(?:api|oauth)_[A-Za-z0-9]{40,64})" QUARRY_WORD_END, 3.0},
    {"notion-token", "ntn_ secret_", "(ntn_[A-Za-z0-9]{43,50}|secret_[A-Za-z0-9]{43})" QUARRY_WORD_END, 3.5},
    {"newrelic-key", "NRAK- NRII- NRJS-", "(NR(?:AK|II|JS)-[A-Za-z0-9_-]{19,35})" QUARRY_TOKEN_END, 3.0},
    {"grafana-token", "glsa_ glc_", "(glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,3})", 3.0},
    {"sentry-token", "sntrys_ sntryu_", "(sntry[su]_[A-Za-z0-9+/=_]{60,400})", 3.0},
    {"doppler-token", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.",
     R"((dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}))" QUARRY_WORD_END, 3.0},
    {"figma-token", "figd_", "(figd_[A-Za-z0-9_-]{38,45})" QUARRY_TOKEN_END, 3.0},
    {"contentful-token", "CFPAT-", "(CFPAT-[A-Za-z0-9_-]{43})" QUARRY_TOKEN_END, 3.0},
    {"dropbox-token", "sl.", R"((sl\.[A-Za-z0-9_=-]{120,200}))", 3.5},
    {"age-key", "AGE-SECRET-KEY-1", "(AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})", 3.0},
    {"firebase-key", ":APA91b", "(AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{130,150})", 3.5, 11},
    {"facebook-token", "EAAC EAAB EAAG", "(EAA[BCG][A-Za-z0-9]{100,300})" QUARRY_WORD_END, 3.5},

    // By their form or their place
    {"jwt", "eyJ", R"((eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}={0,2}))", 3.0, 0, false, "-."},
    {"url-password", "://", R"(://[^\s:/?#@\[\]"'<>()]{0,100}:([^\s/?#@\[\]"'<>(){}$%*]{4,100})@[A-Za-z0-9.\[-])", 1.5,
     0, true},
    {"bearer-token", "bearer\x1f", R"((?i:bearer) {1,3}([A-Za-z0-9_.+/~-]{20,600}={0,2}))", 3.5},
    {"basic-credentials", "authorization",
     R"((?i:authorization)["']?\s{0,3}[:=]\s{0,3}["']?(?i:basic) {1,3}([A-Za-z0-9+/]{8,200}={0,2}))", 2.5},
    // A name that says so, an assignment, and a quoted value that looks like no word.
    {"generic-secret",
     "password passwd passphrase pwd secret token api_key apikey api-key access_key accesskey access-key auth_key "
     "private_key encryption_key signing_key credential client_secret",
     R"RE((?i:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|auth_key|private_key|encryption_key|signing_key|credential)[A-Za-z0-9_.-]{0,20}["'`\]]{0,2}[ \t]{0,4}(?:=>|:=|==|=|:)[ \t]{0,4}["'`]([^\s"'`<>{}$\\\[\]()][^\s"'`<>{}\\\[\]()]{7,150})["'`])RE",
     3.0, 0, true},
    // The same without quotes, as in .env, properties and YAML: letters and digits at random.
    {"generic-token",
     "password passwd pwd secret token api_key apikey api-key access_key accesskey access-key auth_key private_key "
     "credential",
     R"RE((?i:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|auth_key|private_key|credential)[A-Za-z0-9_-]{0,20}[ \t]{0,4}(?:=|:)[ \t]{0,4}([A-Za-z0-9_.+/=~-]{12,150})(?:[\s,;&"'`)}#]|$))RE",
     3.5, 0, true},
};

#undef QUARRY_WORD_END
#undef QUARRY_TOKEN_END

}  // namespace

std::span<const SecretRule> secret_rules() noexcept { return rules; }

}  // namespace quarry::redact

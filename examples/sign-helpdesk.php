<?php
/**
 * Signs a helpdesk for the widget: KB_STAFF_COUNT=signed. PHP 7.1 or newer, nothing else.
 *
 *   $token = sign_helpdesk('acme.kayako.com', $key);
 *   echo "<kb-widget staff-count=\"acme.kayako.com\" token=\"$token\">…</kb-widget>";
 *
 * Sign only for visitors you know, with the helpdesk that is theirs. From a shell, with the key in a file:
 *   php sign-helpdesk.php acme.kayako.com /run/secrets/kb-staff-key
 */
declare(strict_types=1);

const LIFE_SECONDS = 3600; // at most 7200

/** Return a token that lets a page ask for the staff count of $domain, for an hour. */
function sign_helpdesk(string $domain, string $key): string
{
    $payload = ['aud' => 'kb-staff-count', 'domain' => $domain, 'exp' => time() + LIFE_SECONDS];
    $signed = base64url(json_encode($payload));
    return $signed . '.' . base64url(hash_hmac('sha256', $signed, $key, true));
}

function base64url(string $data): string
{
    return rtrim(strtr(base64_encode($data), '+/', '-_'), '=');
}

if (PHP_SAPI === 'cli' && realpath($argv[0]) === __FILE__) {
    [$newest_key] = preg_split('/\s+/', trim(file_get_contents($argv[2])));
    echo sign_helpdesk($argv[1], $newest_key), "\n";
}

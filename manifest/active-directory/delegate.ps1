<#
.SYNOPSIS
Gives Unlatch's service account its rights on a Windows domain: what delegate.sh does on Samba. docs/active-directory.md says why each.

.EXAMPLE
.\delegate.ps1 -Account CORP\svc-unlatch -Base "DC=corp,DC=example" -Units "OU=Staff,DC=corp,DC=example" -WhatIf
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][string]$Account,
    [Parameter(Mandatory)][string]$Base,
    [Parameter(Mandatory)][string[]]$Units,
    [switch]$Contacts  # also the mobile numbers and private addresses that people have proved (contacts = true in unlatch.toml)
)
$ErrorActionPreference = 'Stop'

function Grant([string]$Where, [string]$Inheritance, [string]$Right) {
    if ($PSCmdlet.ShouldProcess($Where, "grant ${Account}:$Right")) {
        & dsacls.exe $Where "/I:$Inheritance" /G "${Account}:$Right" | Out-Null
        if ($LASTEXITCODE) { throw "dsacls refused $Right on $Where ($LASTEXITCODE)." }
    }
}

foreach ($unit in $Units) {
    # /I:S: on the users below, not on the unit itself.
    Grant $unit 'S' 'CA;Reset Password;user'
    Grant $unit 'S' 'RPWP;lockoutTime;user'
    Grant $unit 'S' 'RPWP;pwdLastSet;user'
    if ($Contacts) {
        Grant $unit 'S' 'RPWP;mobile;user'
        Grant $unit 'S' 'RPWP;otherMailbox;user'
    }
}

# Fine-grained password policies may be read, so that people are told the rules that hold for them. /I:T: the container and below.
Grant "CN=Password Settings Container,CN=System,$Base" 'T' 'GR'
